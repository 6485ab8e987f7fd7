import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { architecture } from '../../tools/architecture.ts';
import { architecturePage } from '../../tools/architecture-page.ts';

describe('The picture of the architecture', () => {
  it('is that of the templates; draw it again with: npm run architecture', () => {
    assert.equal(readFileSync('docs/architecture.md', 'utf8'), architecturePage());
  });

  it('draws what a function may do, and in which direction', () => {
    const role = (id: string) => ({ Type: 'AWS::IAM::Role', Properties: {}, id });
    const statement = (Action: string[], on: string) => ({
      Effect: 'Allow',
      Action,
      Resource: { 'Fn::GetAtt': [on, 'Arn'] },
    });
    const drawn = architecture([
      {
        Resources: {
          ReportsJobReadRole: role('ReportsJobReadRole'),
          ReportsJobRead: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Role: { 'Fn::GetAtt': ['ReportsJobReadRole', 'Arn'] },
              Tags: [{ Key: 'app-store-connect-jobs:function', Value: 'Read' }],
            },
          },
          Policy: {
            Type: 'AWS::IAM::Policy',
            Properties: {
              Roles: [{ Ref: 'ReportsJobReadRole' }],
              PolicyDocument: {
                Statement: [
                  statement(['dynamodb:GetItem'], 'Keys'),
                  statement(['dynamodb:GetItem', 'dynamodb:PutItem'], 'Reports'),
                  statement(['sqs:SendMessage'], 'ReportsJobReportQueue'),
                ],
              },
            },
          },
        },
      },
    ]);
    for (const arrow of ['Keys --> Read', 'Read <--> Reports', 'Read --> ReportQueue'])
      assert.ok(drawn.includes(`  ${arrow}\n`), drawn);
  });
});
