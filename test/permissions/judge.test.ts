import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grantsOf, neededBy } from './grants.ts';
import { judge } from './judge.ts';
import { readable, type Seen } from './seen.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/app-store-connect-storage-Reports65402A0A';
const deployed = {
  principals: new Map([
    [
      'PlanReports',
      {
        arn: 'arn:aws:iam::000000000000:role/plan',
        tags: {},
        policies: [
          {
            name: 'Policy',
            policy: {
              Statement: [
                { Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:Scan'], Resource: TABLE },
                { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: TABLE },
              ],
            },
          },
        ],
      },
    ],
  ]),
  people: new Map(),
  resourcePolicies: new Map(),
};
const seen = (more: Partial<Seen>): Seen => ({ grants: [], used: [], commands: [], ...more });
/** Without the exceptions that find no case in a world of two grants. */
const problems = (more: Partial<Seen>): string[] =>
  judge(seen(more)).filter((problem) => !problem.startsWith('An exception without a case'));

describe('What the policies allow, beside what is needed', () => {
  const grants = grantsOf(deployed);

  it('is one grant per action and resource, under a readable name', () => {
    assert.deepEqual(
      grants.map(({ name }) => name),
      [
        'PlanReports dynamodb:Query dynamodb:table/Reports',
        'PlanReports dynamodb:Scan dynamodb:table/Reports',
      ],
    );
    assert.equal(
      readable('arn:aws:secretsmanager:us-east-1:000000000000:secret:asc/acme/prices-??????'),
      'secretsmanager:secret:prices',
    );
  });

  it('is complained about where no call needs it', () => {
    const used = neededBy(grants, { who: 'PlanReports', action: 'dynamodb:Query', resource: TABLE });
    const names = { grants: grants.map(({ name }) => name), used: used.map(({ name }) => name) };
    assert.deepEqual(problems(names), [
      'Allowed, and never needed: PlanReports dynamodb:Scan dynamodb:table/Reports',
    ]);
  });

  it('has exceptions for what is not played, and complains of an exception that is none', () => {
    const grant = 'PlanReports logs:PutLogEvents log:Logs';
    assert.deepEqual(problems({ grants: [grant] }), []);
    const excused = judge(seen({ grants: [grant], used: [grant] }));
    assert.ok(excused.some((problem) => /^An exception without a case: .*logs/.test(problem)));
  });
});

describe('A command', () => {
  const call = { command: 'reports get', action: 's3:GetObject', resource: 's3:lake/…' };

  it('needs no more than the role that is meant for it', () => {
    assert.deepEqual(problems({ commands: [{ ...call, roles: ['Viewer'] }] }), []);
    assert.deepEqual(problems({ commands: [{ ...call, roles: ['Operator'] }] }), [
      'reports get: Viewer may not s3:GetObject on s3:lake/…; Operator may',
    ]);
    assert.deepEqual(problems({ commands: [{ ...call, roles: [] }] }), [
      'reports get: Viewer may not s3:GetObject on s3:lake/…; nobody may',
    ]);
  });

  it('has to have one', () => {
    assert.match(
      String(problems({ commands: [{ ...call, command: 'new', roles: [] }] })),
      /No role is meant for: new/,
    );
  });
});
