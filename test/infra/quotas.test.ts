import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { checkQuotas, measureQuotas, QUOTAS } from '../../infra/quotas/check-quotas.ts';
import { addQuotaGate } from '../../infra/quotas/quota-gate.ts';
import { type Template, templateSchema } from '../../infra/quotas/template-shape.ts';
import { appOf, templateOf } from './templates.ts';

const STACKS = ['app-store-connect-storage', 'app-store-connect-jobs'];

const LONGEST_STAGE = 'a-stage-of-16-ch';

/** A deployment of so many teams, each with both keys, three reports and an app. */
const settingsOf = (teams: number, more: Record<string, unknown> = {}) => ({
  teams: Array.from({ length: teams }, (_, index) => ({
    name: `team-with-a-long-name-${String(index).padStart(4, '0')}`,
    keys: {
      reports: `app-store-connect/team-with-a-long-name-${String(index).padStart(4, '0')}/reports`,
      prices: `app-store-connect/team-with-a-long-name-${String(index).padStart(4, '0')}/prices`,
    },
    vendors: [
      {
        number: String(80_000_000 + index),
        reports: ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY', 'FINANCIAL/ZZ'],
      },
    ],
    apps: [
      { id: String(1_000_000_000 + index), analytics: ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'] },
    ],
    prices: {},
  })),
  ...more,
});

const PATTERNS = {
  secretPatterns: { reports: 'app-store-connect/*/reports', prices: 'app-store-connect/*/prices' },
};

const templates = new Map<string, Template[]>();

/** Both templates of a deployment. They are written before the synthesis judges them, so refused ones can be read, too. */
function templatesOf(teams: number, more: Record<string, unknown> = {}, stage = 'prod'): Template[] {
  const key = JSON.stringify([teams, more, stage]);
  const known = templates.get(key);
  if (known !== undefined) return known;
  const app = appOf({ appStoreConnect: settingsOf(teams, more), stage, encryption: 'customer' });
  try {
    app.synth();
  } catch (error) {
    assert.match(String(error), /Validation failed/);
  }
  const made = globSync('*.template.json', { cwd: app.outdir }).map((file) =>
    templateSchema.parse(JSON.parse(readFileSync(join(app.outdir, file), 'utf8'))),
  );
  assert.equal(made.length, 2);
  templates.set(key, made);
  return made;
}

const violationsOf = (...deployment: Parameters<typeof templatesOf>) =>
  templatesOf(...deployment).flatMap(checkQuotas);

describe('Quotas of AWS', () => {
  for (const teams of [1, 50]) {
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
    const measured = templatesOf(50).flatMap(measureQuotas);
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
