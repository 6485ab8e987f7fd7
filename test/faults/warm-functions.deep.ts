import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import { deployedFunctions } from '../../local/aws/runtime/functions.ts';
import { resolveApp } from '../../local/aws/template/resolved-stack.ts';
import { readTemplates } from '../../local/aws/template/template.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { request, SUBSCRIPTION, settled, TEN } from '../end-to-end/prices/prices.ts';
import { VENDOR } from '../end-to-end/reports/sales.ts';
import { EVENTS, SCHEDULE } from '../fuzz/function-events.ts';

// Each function as its deployed bundle, invoked again and again in one execution environment. `WARM_FUNCTIONS=PlanReports`
// plays one of them, `WARM_INVOCATIONS=1000` fewer.
const INVOCATIONS = Number(process.env['WARM_INVOCATIONS'] ?? 10_000);
const ONLY = process.env['WARM_FUNCTIONS']?.split(',');
/**
 * What an invocation may leave behind: less than anything that a function would keep of it on purpose. Measured after
 * a collection, from a fifth of the invocations on, when settings, keys and compiled code are there.
 */
const MOST_BYTES_PER_INVOCATION = 64;
/** What compiled code and pools of connections may differ by at any two moments. */
const NOISE_BYTES = 512 * 1024;

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 3 }],
      prices: { desired: 'report' },
    },
  ],
};

const batch = (index: number, body: object) => ({
  Records: [
    {
      messageId: String(index),
      receiptHandle: String(index),
      body: JSON.stringify({ team: 'acme', ...body }),
      attributes: { ApproximateReceiveCount: '1' },
    },
  ],
});
const SALES = { vendor: VENDOR, report: 'SALES/SUMMARY/DAILY', reportDate: '2026-11-23', priority: 'today' };

/** A plan of its own for each invocation: what is remembered of a request would grow with them. */
const own = (index: number) =>
  request(`warm-${index}`, { prices: { USA: index % 2 === 0 ? '44.99' : '39.99' } });

/** What comes in turn; functions that are not named here get all that function-events.ts has for them. */
const TURNS: Readonly<Record<string, readonly ((index: number) => unknown)[]>> = {
  FetchReport: [(index) => batch(index, SALES)],
  DeclareColumns: [() => SCHEDULE],
  AcceptPriceChange: [
    () => ({ sweep: true }),
    (index) => ({ ...own(index), dryRun: true }),
    () => request('sale', { prices: { USA: '44.99' } }),
  ],
  PlanPriceChange: [(index) => ({ ...own(index), dryRun: true })],
  ApplyPriceChange: [
    (index) => ({ planOnly: own(index) }),
    (index) => batch(index, { changeId: 'sale' }),
    (index) => batch(index, { changeId: `unknown-${index}` }),
  ],
  NoteDelivery: [
    (index) => ({
      Records: [{ Sns: { MessageAttributes: { id: { Value: `KEY${index}#75` } } } }],
    }),
  ],
  StatusWidget: [() => ({ widgetContext: { theme: 'light', params: {} } })],
};

const turnsOf = (functionId: string): readonly ((index: number) => unknown)[] =>
  TURNS[functionId] ?? (EVENTS[functionId] ?? []).map((event) => () => event);

describe('A function that stays warm', () => {
  let deployed: string[];
  before(async () => {
    const assembly = await synthesizeAssembly({ appStoreConnect: SETTINGS });
    const app = resolveApp(readTemplates(assembly), 'http://127.0.0.1:1');
    deployed = deployedFunctions(app, assembly).map(({ id }) => id);
  });

  it('is each function that is deployed', () => {
    assert.deepEqual(
      deployed.filter((functionId) => turnsOf(functionId).length === 0),
      [],
      'nothing is known to invoke these with',
    );
    const known = new Set([...Object.keys(TURNS), ...Object.keys(EVENTS)]);
    assert.deepEqual([...known].sort(), deployed.toSorted(), 'a function has gone');
  });

  const all = new Set([...Object.keys(EVENTS), ...Object.keys(TURNS)]);
  for (const functionId of all) {
    if (ONLY !== undefined && !ONLY.includes(functionId)) continue;
    it(`${functionId}: its heap is as large after ${INVOCATIONS} invocations as after a fifth of them`, async (test) => {
      const world = await warmWorld();
      try {
        const turns = turnsOf(functionId);
        const refused = new Map<string, number>();
        const invokeTo = async (from: number, to: number): Promise<number> => {
          for (let index = from; index < to; index += 1) {
            try {
              await world.cloud.invoke(functionId, turns[index % turns.length]?.(index));
            } catch (error) {
              const name = error instanceof Error ? error.message.slice(0, 120) : String(error);
              refused.set(name, (refused.get(name) ?? 0) + 1);
            }
          }
          return world.cloud.heapBytes(functionId);
        };
        const early = await invokeTo(0, Math.ceil(INVOCATIONS / 5));
        const late = await invokeTo(Math.ceil(INVOCATIONS / 5), INVOCATIONS);
        const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`;
        test.diagnostic(
          `${functionId}: ${megabytes(early)}, then ${megabytes(late)}; refused: ${JSON.stringify([...refused])}`,
        );
        const most = NOISE_BYTES + MOST_BYTES_PER_INVOCATION * INVOCATIONS;
        assert.ok(late - early < most, `${late - early} bytes more; ${most} may be`);
      } finally {
        await world.close();
      }
    });
  }
});

/** One subscription, and one change of its price that has been applied. */
async function warmWorld(): Promise<World> {
  const world = await startWorld({ now: TEN, settings: SETTINGS });
  world.simulator.prices.addSubscription({ team: 'acme', id: SUBSCRIPTION.id, prices: { USA: '49.99' } });
  await world.cloud.invoke('AcceptPriceChange', request('sale', { prices: { USA: '44.99' } }));
  await settled(world, 'sale');
  await world.cloud.drain();
  world.cloud.pauseQueues();
  return world;
}
