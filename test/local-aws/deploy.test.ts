import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createFunctionLog } from '../../local/aws/runtime/function-log.ts';
import { createRuntime, type DeployedFunction } from '../../local/aws/runtime/runtime.ts';
import { resolveApp } from '../../local/aws/template/resolved-stack.ts';
import type { StackTemplate } from '../../local/aws/template/template.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';

const ENDPOINT = 'http://127.0.0.1:1';
const stack = (
  name: string,
  Resources: StackTemplate['Resources'],
  Outputs: StackTemplate['Outputs'] = {},
): StackTemplate => ({
  stack: name,
  Resources,
  Outputs,
});

describe('The local deploy', () => {
  it('resolves references within and between stacks', () => {
    const storage = stack(
      'storage',
      { Reports: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} } },
      { Out: { Value: { Ref: 'Reports' }, Export: { Name: 'reports' } } },
    );
    const jobs = stack('jobs', {
      Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
      Plan: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Table: { 'Fn::ImportValue': 'reports' },
          Url: { Ref: 'Dead' },
          Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
          Joined: { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
          Sub: { 'Fn::Sub': '${AWS::AccountId}-${Dead.QueueName}' },
        },
      },
    });
    const plan = resolveApp([jobs, storage], ENDPOINT).resources.find(
      ({ logicalId }) => logicalId === 'Plan',
    );
    assert.deepEqual(plan?.properties, {
      Table: 'storage-Reports',
      Url: `${ENDPOINT}/000000000000/jobs-Dead`,
      Arn: 'arn:aws:sqs:us-east-1:000000000000:jobs-Dead',
      Joined: 'a/us-east-1',
      Sub: '000000000000-jobs-Dead',
    });
  });

  it('refuses a resource type that it does not know, by name', () => {
    const unknown = stack('jobs', { Cache: { Type: 'AWS::ElastiCache::CacheCluster', Properties: {} } });
    assert.throws(() => resolveApp([unknown], ENDPOINT), /AWS::ElastiCache::CacheCluster \(jobs\/Cache\)/);
  });

  it('refuses an intrinsic that it does not know, by name', () => {
    const unknown = stack('jobs', { Q: { Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::Cidr': [] } } } });
    assert.throws(() => resolveApp([unknown], ENDPOINT), /Fn::Cidr/);
  });

  it('refuses a reference that leads nowhere', () => {
    const lost = stack('jobs', { Q: { Type: 'AWS::SQS::Queue', Properties: { X: { Ref: 'Gone' } } } });
    assert.throws(() => resolveApp([lost], ENDPOINT), /Ref Gone/);
  });
});

describe('A function in the local runtime', () => {
  const clock = createSimulatedClock(Date.parse('2030-01-01T00:00:00Z'));
  const log = createFunctionLog(clock);
  const runtime = createRuntime({
    endpoint: ENDPOINT,
    clock: clock.shared,
    log,
    variables: { EXTRA: 'yes' },
  });
  after(() => runtime.close());

  function functionOf(id: string, body: string, timeoutSeconds = 10): DeployedFunction {
    const code = mkdtempSync(join(tmpdir(), 'bundle-'));
    writeFileSync(
      join(code, 'index.mjs'),
      `let calls = 0;\nexport const handler = async (event, context) => { calls += 1; ${body} };\n`,
    );
    return {
      id,
      name: id,
      arn: `arn:${id}`,
      code,
      handler: 'index.handler',
      variables: { TABLE: 't' },
      timeoutSeconds,
      memoryMegabytes: 128,
      concurrency: 2,
    };
  }
  const outcomeOf = async (target: DeployedFunction, payload: unknown = {}) =>
    (await runtime.invoke(target, payload)).outcome;

  it('sees the simulated time and its environment', async () => {
    const target = functionOf(
      'Clock',
      'return [new Date().getFullYear(), process.env.TABLE, process.env.EXTRA, event.x]',
    );
    assert.deepEqual(await outcomeOf(target, { x: 1 }), { ok: true, payload: '[2030,"t","yes",1]' });
    clock.set(Date.parse('2031-01-01T00:00:00Z'));
    assert.deepEqual(await outcomeOf(target), { ok: true, payload: '[2031,"t","yes",null]' });
  });

  it('stays warm between invocations', async () => {
    const target = functionOf('Warm', 'return calls');
    assert.deepEqual(
      [await outcomeOf(target), await outcomeOf(target)].map((one) => one.ok && one.payload),
      ['1', '2'],
    );
  });

  it('that throws tells the error, and lives on', async () => {
    const target = functionOf('Throws', 'if (calls === 1) throw new TypeError("no"); return calls');
    const first = await outcomeOf(target);
    assert.equal(first.ok || first.failure.errorType, 'TypeError');
    assert.deepEqual(await outcomeOf(target), { ok: true, payload: '2' });
  });

  it('that runs over its time is ended, and the next invocation starts anew', async () => {
    const target = functionOf('Slow', 'if (event.slow) await new Promise(() => {}); return calls', 1);
    const timedOut = await outcomeOf(target, { slow: true });
    assert.match(timedOut.ok ? '' : timedOut.failure.errorMessage, /timed out/);
    // Lambda's own line is all that tells: the function could not write one.
    assert.match(log.logs().at(-1)?.line ?? '', /"type":"platform.report".*"status":"timeout"/);
    assert.deepEqual(await outcomeOf(target), { ok: true, payload: '1' });
  });

  it('can be killed in the middle', async () => {
    const target = functionOf('Killed', 'await new Promise(() => {})');
    const running = outcomeOf(target);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await runtime.kill('Killed'), 1);
    assert.equal((await running).ok, false);
  });

  it('is not started anew by who waited for it when the runtime closes', async () => {
    const closing = createRuntime({ endpoint: ENDPOINT, clock: clock.shared, log, variables: {} });
    const target = { ...functionOf('Late', 'await new Promise(() => {})'), concurrency: 1 };
    const invocations = [closing.invoke(target, {}), closing.invoke(target, {})];
    await closing.close();
    invocations.push(closing.invoke(target, {}));
    const outcomes = (await Promise.all(invocations)).map(({ outcome }) => outcome.ok);
    assert.deepEqual([outcomes, await closing.kill('Late')], [[false, false, false], 0]);
  });

  it('leaves its output and its metrics in the log', async () => {
    const emf = {
      _aws: {
        Timestamp: 5,
        CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['team']], Metrics: [{ Name: 'M' }] }],
      },
      team: 'acme',
      M: 3,
    };
    await outcomeOf(
      functionOf('Talks', `console.log(${JSON.stringify(JSON.stringify(emf))}); console.error('hello')`),
    );
    assert.ok(log.logs().some(({ functionId, line }) => functionId === 'Talks' && line === 'hello'));
    const found = log.metrics().find(({ functionId, name }) => functionId === 'Talks' && name === 'M');
    assert.deepEqual(
      [found?.namespace, found?.dimensions, found?.value, found?.at],
      ['N', { team: 'acme' }, 3, 5],
    );
  });
});
