import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkQuotas } from '../../../infra/quotas/check-quotas.ts';
import { renderLongest } from '../../../infra/quotas/rendered-length.ts';
import { type Template, templateSchema } from '../../../infra/quotas/template-shape.ts';
import { PATTERNS, templatesOf } from './many-teams.ts';

// One account with four deployments: two stages in each of two regions.
const REGIONS = ['us-east-1', 'eu-central-1'];
const STAGES = ['prod', 'dev'];
const SIZES = [1, 50, 200, 1_000];

/** Past about 160 teams the secrets are given as patterns. */
const templatesFor = (teams: number, stage: string) => templatesOf(teams, teams > 50 ? PATTERNS : {}, stage);

/** Names that are drawn by CloudFormation are not in a template; these are the ones that we give. */
const NAME_PROPERTIES = [
  'AlarmName',
  'BucketName',
  'ConfigurationName',
  'DashboardName',
  'FunctionName',
  'LogGroupName',
  'ManagedPolicyName',
  'Name',
  'PolicyName',
  'QueueName',
  'RoleName',
  'TableName',
  'TopicName',
];
/** One name space for an account, whatever the region. */
const GLOBAL_TYPES = [
  'AWS::CloudWatch::Dashboard',
  'AWS::Chatbot::SlackChannelConfiguration',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'AWS::S3::Bucket',
];
/** Named within another resource that has a name of its own. */
const NESTED_TYPES = ['AWS::IAM::Policy', 'AWS::Athena::NamedQuery'];

/** What stands for a name that CloudFormation draws: unique by itself. */
const DRAWN = String(renderLongest({ Ref: 'SomeResource' }));

/** `type name` of each named resource in an account, with the region where the name is the region's. */
function namesIn(templates: readonly Template[], region: string): string[] {
  return templates.flatMap((template) => {
    const placed = templateSchema.parse(
      JSON.parse(JSON.stringify(template), (_, value: unknown) =>
        JSON.stringify(value) === '{"Ref":"AWS::Region"}' ? region : value,
      ),
    );
    return Object.values(placed.Resources).flatMap(({ Type, Properties }) => {
      if (NESTED_TYPES.includes(Type)) return [];
      const database = Type === 'AWS::Glue::Database' ? [nameOf(Properties['DatabaseInput'])] : [];
      const table = Type === 'AWS::Glue::Table' ? [inDatabase(Properties)] : [];
      const own = NAME_PROPERTIES.flatMap((property) =>
        Properties[property] === undefined ? [] : [String(renderLongest(Properties[property]))],
      );
      const given = [...database, ...table, ...own].filter((name) => !name.includes(DRAWN));
      return given.map((name) =>
        GLOBAL_TYPES.includes(Type) ? `${Type} ${name}` : `${region} ${Type} ${name}`,
      );
    });
  });
}

const nameOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'Name' in input ? String(renderLongest(input.Name)) : '';

const inDatabase = (properties: Record<string, unknown>): string =>
  `${String(renderLongest(properties['DatabaseName']))}.${nameOf(properties['TableInput'])}`;

const alarmsOf = (templates: readonly Template[]): string[] =>
  templates.flatMap(({ Resources }) =>
    Object.values(Resources)
      .filter(({ Type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(Type))
      .map(({ Properties }) => String(renderLongest(Properties['AlarmName'])).replace(/-(prod|dev)-/, '-')),
  );

describe('Two stages in two regions of one account', () => {
  for (const teams of SIZES) {
    it(`${teams} teams: nothing exceeds a quota, and no name is taken twice`, () => {
      for (const stage of STAGES)
        assert.deepEqual(templatesFor(teams, stage).flatMap(checkQuotas), [], stage);
      const names = REGIONS.flatMap((region) =>
        STAGES.flatMap((stage) => namesIn(templatesFor(teams, stage), region)),
      );
      assert.ok(names.length > 100, String(names.length));
      const taken = names.filter((name, index) => names.indexOf(name) !== index);
      assert.deepEqual(taken, []);
    });
  }

  it('the alarms are the same at every size', () => {
    const [one = [], ...others] = SIZES.map((teams) => alarmsOf(templatesFor(teams, 'prod')).sort());
    assert.ok(one.length > 20);
    for (const alarms of others) assert.deepEqual(alarms, one);
  });
});
