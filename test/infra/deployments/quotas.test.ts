import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { checkQuotas, measureQuotas, QUOTAS } from '../../../infra/quotas/check-quotas.ts';
import { addQuotaGate } from '../../../infra/quotas/quota-gate.ts';
import { templateSchema } from '../../../infra/quotas/template-shape.ts';
import { appOf, templateOf } from '../templates.ts';
import { LONGEST_STAGE, PATTERNS, templatesOf } from './many-teams.ts';

const STACKS = ['app-store-connect-storage', 'app-store-connect-jobs'];

const violationsOf = (...deployment: Parameters<typeof templatesOf>) =>
  templatesOf(...deployment).flatMap(checkQuotas);

describe('Quotas of AWS', () => {
  for (const teams of [1, 50, 160]) {
    it(`${teams} teams fit, their secrets listed one by one`, () => {
      assert.deepEqual(violationsOf(teams), []);
    });
  }

  for (const teams of [200, 1_000]) {
    it(`${teams} teams fit with secret patterns, in a stage with the longest name`, () => {
      assert.deepEqual(violationsOf(teams, PATTERNS, LONGEST_STAGE), []);
    });
  }

  it('1,000 teams without patterns: refused, with the role, the reason and the way past it', () => {
    const messages = violationsOf(1_000).map(({ message }) => message);
    assert.ok(
      messages.some((message) =>
        /CheckKeysPartsRole\w+: up to \d+ managed policies attached to a role; AWS accepts 10 /.test(message),
      ),
    );
    for (const message of messages) assert.match(message, /Set "secretPatterns" in the settings/);
  });

  it('synthesis stops on what AWS would refuse', () => {
    const app = new App();
    addQuotaGate(app);
    const role = new Role(new Stack(app, 'Large'), 'Role', { assumedBy: new AccountRootPrincipal() });
    for (let part = 0; part < 11; part += 1)
      new ManagedPolicy(role, `Part${part}`, {
        roles: [role],
        statements: [
          new PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::b/${part}`] }),
        ],
      });
    assert.throws(() => app.synth(), /Validation failed/);
  });

  it('with patterns the size of policies does not depend on the number of teams', () => {
    const sizes = [200, 1_000].map((teams) =>
      templatesOf(teams, PATTERNS, LONGEST_STAGE).map((template) =>
        measureQuotas(template).filter(({ id }) => id.startsWith('iam-')),
      ),
    );
    assert.deepEqual(sizes[0], sizes[1]);
  });

  it('each quota finds something to measure in the templates', () => {
    const measured = [
      ...templatesOf(50),
      templateOf(appOf({ jobAlarms: 'on' }), 'app-store-connect-jobs').toJSON(),
    ]
      .map((template) => templateSchema.parse(template))
      .flatMap(measureQuotas);
    for (const { id } of QUOTAS)
      assert.ok(
        measured.some((each) => each.id === id && each.largest > 0),
        `${id} measures nothing`,
      );
  });
});

describe('Names that are global in an account', () => {
  it('dashboards and chat configurations carry stack and region', () => {
    const jobs = templateOf(
      appOf({ slackWorkspaceId: 'T01234567', slackChannelId: 'C01234567' }),
      'app-store-connect-jobs',
    );
    const named = [
      ...Object.values(jobs.findResources('AWS::CloudWatch::Dashboard')).map(
        ({ Properties }) => Properties.DashboardName,
      ),
      ...Object.values(jobs.findResources('AWS::Chatbot::SlackChannelConfiguration')).map(
        ({ Properties }) => Properties.ConfigurationName,
      ),
    ].map((name) => JSON.stringify(name));
    assert.equal(named.length, 2);
    for (const name of named) {
      assert.match(name, /app-store-connect-jobs/);
      assert.match(name, /AWS::Region/);
    }
  });

  it('no other resource has a fixed name in a global namespace', () => {
    for (const stack of STACKS) {
      const { Resources } = templateSchema.parse(templateOf(appOf(), stack).toJSON());
      for (const [id, { Type, Properties }] of Object.entries(Resources)) {
        if (Type === 'AWS::S3::Bucket') assert.equal(Properties['BucketName'], undefined, id);
        if (Type === 'AWS::IAM::Role') assert.equal(Properties['RoleName'], undefined, id);
        if (Type === 'AWS::IAM::ManagedPolicy') assert.equal(Properties['ManagedPolicyName'], undefined, id);
      }
    }
  });
});
