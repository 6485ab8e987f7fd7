import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Gateway, startGateway } from '../../local/aws/gateway/gateway.ts';
import { createFunctionLog } from '../../local/aws/runtime/function-log.ts';
import { createLambdaService } from '../../local/aws/runtime/lambda-service.ts';
import { createRuntime } from '../../local/aws/runtime/runtime.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';
import { runCommand } from './operator/run-command.ts';

const clock = createSimulatedClock(Date.parse('2026-11-24T17:00:00Z'));
const TEAM = {
  name: 'acme',
  keys: { reports: 'asc/acme/reports' },
  vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
};

describe('asc-jobs doctor --deployment', () => {
  const gateways: Gateway[] = [];
  after(() => Promise.all(gateways.map((gateway) => gateway.close())));

  /** Runs the command in an account with so many concurrent executions. */
  async function doctor(limit: number, concurrency?: Record<string, number>, ...more: string[]) {
    const gateway = await startGateway(clock);
    gateways.push(gateway);
    const runtime = createRuntime({
      endpoint: gateway.endpoint,
      clock: clock.shared,
      log: createFunctionLog(clock),
      variables: {},
    });
    gateway.serve('lambda', createLambdaService(runtime, [], { accountConcurrency: limit }));
    const settings = join(mkdtempSync(join(tmpdir(), 'doctor-')), 'settings.json');
    writeFileSync(settings, JSON.stringify({ teams: [TEAM], ...(concurrency && { concurrency }) }));
    return runCommand(
      ['doctor', '--deployment', ...more, '--endpoint', gateway.endpoint, '--settings', settings],
      { now: () => clock.now() },
    );
  }

  it('a new account with 10 executions: nothing is left beside the queues, and what to do', async () => {
    const { exit, out } = await doctor(10);
    assert.equal(exit, 2, out);
    assert.match(out, /✗ the account may run 10 functions at once/);
    assert.match(out, /the queues start up to 10 .* which leaves 0 for the planner and the checks/);
    assert.match(out, /Service Quotas .*"fetchReport": 2, "applyPriceChange": 2/);
  });

  it('a new account with the settings lowered has room', async () => {
    const { exit, out } = await doctor(10, { fetchReport: 2, applyPriceChange: 2 });
    assert.equal(exit, 0, out);
    assert.match(out, /✓ the account may run 10 functions at once.*the queues start up to 4/);
  });

  it('settings that ask for more than the account has are a problem in any account', async () => {
    const { exit, out } = await doctor(1_000, { fetchReport: 998, applyPriceChange: 2 }, '--json');
    assert.equal(exit, 2, out);
    const { limit, queued, finding } = JSON.parse(out);
    assert.deepEqual([limit, queued, finding.severity], [1_000, 1_000, 'problem']);
  });
});
