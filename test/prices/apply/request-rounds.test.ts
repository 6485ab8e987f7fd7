import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTick } from 'node:timers/promises';
import { keyFor, silent, TEAM } from '../../../bench/scale/simulated-access.ts';
import { createTokenSource } from '../../../functions/app-store-connect/auth/token-source.ts';
import {
  type AppStoreConnectClient,
  createClient,
} from '../../../functions/app-store-connect/client/client.ts';
import { createSubscriptionPriceList } from '../../../functions/prices/apple/subscription-price-list.ts';
import { readAvailability, readSurroundings } from '../../../functions/prices/apple/surroundings.ts';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import { withPointCache } from '../../../functions/prices/plan/point-cache.ts';
import { createSimulatedClock } from '../../../local/clock/clock.ts';
import { type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { acceptedChange, emptyLedger, memoryAudit, memoryLedger } from '../memory.ts';
import { OPEN_RULES } from '../request/requests.ts';

const NOW = Date.parse('2026-11-24T18:00:00Z');
const PRODUCT = { kind: 'subscription', id: '1' } as const;

/**
 * Requests in rounds: those that were begun without waiting for one another are one round. A round goes out when nothing
 * else moves, and the next one cannot begin before it has ended, so that the number of rounds times Apple's latency is the
 * time that a change takes at least.
 */
function inRounds(client: AppStoreConnectClient) {
  const rounds: string[][] = [];
  let waiting: { name: string; send: () => Promise<() => void> }[] = [];
  const flush = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await nextTick();
    const round = waiting;
    waiting = [];
    rounds.push(round.map(({ name }) => name));
    // Answers are handed on together, once all have come.
    const answers = await Promise.all(round.map(({ send }) => send()));
    for (const handOn of answers) handOn();
  };
  const inRound = <T>(name: string, send: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({
        name,
        send: () =>
          send().then(
            (value) => () => resolve(value),
            (error: unknown) => () => reject(error),
          ),
      });
    });
  const counted: AppStoreConnectClient = {
    ...client,
    read: (request, ...more) => inRound(`GET ${request.path}`, () => client.read(request, ...more)),
    write: (request, ...more) =>
      inRound(`${request.method} ${request.path}`, () => client.write(request, ...more)),
  };
  return { rounds, client: counted };
}

describe('A change over 175 territories', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ clock: { now: () => NOW }, hourlyLimit: 100_000 });
    simulator.prices.addSubscription({ team: TEAM, ...PRODUCT, prices: { USA: '9.99' }, territories: 'all' });
  });
  after(() => simulator.close());

  it('waits for Apple 27 times in a row: three times for its plan, 23 for its waves, once for its proof', async (context) => {
    assert.ok(readFileSync('docs/benchmarks.md', 'utf8').includes(context.name), 'the page says the same');
    const clock = createSimulatedClock(NOW, () => 0);
    const keys = await keyFor(simulator, { role: 'APP_MANAGER' });
    const { client, rounds } = inRounds(
      createClient({
        baseUrl: simulator.origin,
        fetch,
        tokens: createTokenSource({
          keys,
          secretName: 's',
          clock,
          remainingMillis: () => 300_000,
          scoped: true,
        }),
        quota: { retryAt: async () => undefined, observe: async () => {} },
        priority: 'price',
        clock,
        sleep: async (millis) => clock.advance(millis),
        random: () => 0.5,
        remainingMillis: () => 300_000,
      }),
    );
    const kept = new Map<string, string>();
    const ledger = emptyLedger();
    const request = {
      idempotencyKey: 'all',
      team: TEAM,
      product: PRODUCT,
      equalizeFrom: { territory: 'USA', price: '12.99' },
      preserveCurrentPrice: true,
      requestedBy: 'cfo@acme.example',
    };
    ledger.changes[`${TEAM}#all`] = acceptedChange(request, 1, NOW);
    let tableWrites = 0;
    const counted = () => {
      tableWrites += 1;
    };
    await applyChange(
      {
        ledger: memoryLedger(ledger, clock, { sawChange: counted, sawProduct: counted }),
        audit: memoryAudit(new Map()),
        priceList: () =>
          withPointCache(
            {
              ...createSubscriptionPriceList(client, clock, {
                id: PRODUCT.id,
                plan: 'UPFRONT',
                writes: 'auto',
              }),
              availability: () => readAvailability(client, PRODUCT),
              surroundings: (availability) => readSurroundings(client, PRODUCT, availability),
            },
            {
              store: {
                read: async (name) => kept.get(name),
                write: async (name, content) => void kept.set(name, content),
              },
              clock,
              reading: { territories: 10, concurrency: 4 },
            },
          ),
        rules: () => OPEN_RULES,
        clock,
        sleep: async (millis) => clock.advance(millis),
        remainingMillis: () => 300_000,
        sendEvents: async () => undefined,
        log: silent,
        metric: () => undefined,
      },
      TEAM,
      'all',
    );
    assert.equal(ledger.changes[`${TEAM}#all`]?.state, 'applied');
    const waves = Array.from({ length: 21 }, () => 8);
    assert.deepEqual(
      rounds.map((round) => round.length),
      // The base's price points are read beside the prices, and so is where it is sold; offers beside the equal prices; 60 territories are read back by each request.
      [1, 3, 6, 1, ...waves, 6, 3],
      JSON.stringify(rounds.slice(0, 5), undefined, 1),
    );
    assert.equal(rounds.length, 27);
    assert.ok(tableWrites <= 31, `${tableWrites} writes of the change and its product`);
  });
});
