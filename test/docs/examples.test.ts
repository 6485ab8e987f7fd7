import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { WorkflowRoles } from '../../docs/examples/prices-in-git/workflow-roles.ts';
import { createDeployment } from '../../infra/config/deployment.ts';
import { JobsStack } from '../../infra/jobs-stack.ts';
import { StorageStack } from '../../infra/storage/storage-stack.ts';

const EXAMPLE = 'docs/examples/prices-in-git';
const WORKFLOW = readFileSync(`${EXAMPLE}/.github/workflows/prices.yml`, 'utf8');

/** The lines of a job of the workflow. */
const jobOf = (name: string): string =>
  new RegExp(`^ {2}${name}:\\n((?: {4}.*\\n|\\n| *#.*\\n)*)`, 'm').exec(WORKFLOW)?.[1] ?? '';

describe('The example prices-in-git', () => {
  it('pins every action to a commit', () => {
    const actions = [...WORKFLOW.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
    assert.ok(actions.length > 5);
    assert.deepEqual(
      actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
      [],
    );
  });

  it('runs no code of a pull request where it holds a right', () => {
    const plan = jobOf('plan');
    const [code = ''] = plan.split('path: proposed');
    assert.match(code, /ref: "\$\{\{ github\.event\.pull_request\.base\.sha \}\}"/);
    assert.ok(plan.indexOf('npm ci --ignore-scripts') < plan.indexOf('configure-aws-credentials'));
    assert.doesNotMatch(plan, /pull-requests: write|contents: write/);
    assert.doesNotMatch(jobOf('comment'), /id-token|checkout/);
    assert.match(jobOf('apply'), /environment: prices/);
  });

  it('gives pull requests a role that can change nothing, and the other one to an environment only', () => {
    const { context } = JSON.parse(readFileSync(`${EXAMPLE}/cdk.json`, 'utf8'));
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const deployment = createDeployment({ settings: context.appStoreConnect });
    const storage = new StorageStack(app, 'data', { deployment });
    const jobs = new JobsStack(app, 'jobs', { deployment, storage });
    const roles = new WorkflowRoles(app, 'roles', {
      repository: 'acme/back-office',
      people: jobs.people,
    });
    const template = Template.fromStack(roles);
    const policyNamed = (name: string) => ({
      'Fn::ImportValue': Match.stringLikeRegexp(`People${name}`),
    });
    const trusting = (subject: string) => ({
      Statement: [
        Match.objectLike({
          Condition: {
            StringEquals: Match.objectLike({
              'token.actions.githubusercontent.com:sub': `repo:acme/back-office:${subject}`,
            }),
          },
        }),
      ],
    });
    for (const [subject, policy] of [
      ['pull_request', 'Planner'],
      ['environment:prices', 'Requester'],
    ] as const)
      template.hasResourceProperties('AWS::IAM::Role', {
        AssumeRolePolicyDocument: trusting(subject),
        ManagedPolicyArns: [policyNamed(policy)],
      });
    // Nothing stands beside the managed policies.
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });
});

describe('The example report-consumer', () => {
  it('loads a repeated event once, and loses none whose load fails', () => {
    const file = 'docs/examples/report-consumer/consumer/consume.test.mjs';
    // A test runner within a test runner reports to the outer one unless it is told otherwise.
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const output = execFileSync(process.execPath, ['--test', file], { encoding: 'utf8', env });
    assert.match(output, /pass 2/);
  });
});
