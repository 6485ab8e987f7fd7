import { setTimeout as wait } from 'node:timers/promises';
import Table from 'cli-table3';
import { isOver } from '../functions/prices/change-record.ts';
import { changeRecord } from '../local/price-records.ts';
import { startWorld, type World } from '../local/world.ts';
import { naiveClient } from './naive-price-client.ts';

// `npm run bench -- --prices`: a change over 175 territories where each of Apple's answers takes 300 ms, through the
// real handlers, beside clients that send one POST a territory. Each row has an Apple of its own, all run at once.

const ANSWER_MILLIS = 300;
const LIMITS = { hourlyLimit: 3500, minuteLimit: 300 };
const NOW = Date.parse('2026-11-24T18:00:00Z');

type Result = {
  name: string;
  reads: number;
  writes: number;
  seconds: number;
  dynamoWrites: number | undefined;
  limited: number;
  right: string;
};

/** Runs every row and prints the table. */
export async function benchPrices(): Promise<void> {
  const rows = await Promise.all([
    ours('ours: subscription, one POST a territory', 'subscription', {}),
    ours('ours: subscription, first prices', 'first', {}),
    ours('ours: subscription, bulk', 'subscription', { subscriptionWrites: 'bulk' }),
    ours('ours: in-app purchase', 'inAppPurchase', {}),
    ours('ours: app', 'app', {}),
    ours('ours: subscription, 90 % right already', 'mostly', {}),
    naive('one POST a territory, one after another', 1, 'subscription'),
    naive('one POST a territory, 8 at a time', 8, 'subscription'),
    naive('the same, 90 % right already', 8, 'mostly'),
  ]);
  const table = new Table({
    head: [
      '175 territories, 300 ms an answer',
      'reads',
      'writes',
      'seconds',
      'DynamoDB writes',
      '429',
      'right at the end',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const row of rows) {
    const { name, reads, writes, seconds, dynamoWrites, limited, right } = row;
    table.push([name, reads, writes, seconds.toFixed(1), dynamoWrites ?? '-', limited, right]);
  }
  console.log(`A price change over 175 territories, Node ${process.version}`);
  console.log(table.toString());
}

type Scenario = 'subscription' | 'first' | 'mostly' | 'inAppPurchase' | 'app';

const ID = '6448311069';
const START = '9.99';
const TARGET = '12.99';

const worldOf = (rules: Record<string, unknown>): Promise<World> =>
  startWorld({
    now: NOW,
    settings: {
      teams: [
        {
          name: 'acme',
          keys: { reports: 'acme/reports', prices: 'acme/prices' },
          prices: { maxIncreasePercent: 1000, maxDecreasePercent: 100, ...rules },
        },
      ],
    },
    simulator: LIMITS,
  });

/** Puts the product at Apple. `mostly`: nine of ten territories have the target already. */
function stock(world: World, scenario: Scenario): void {
  const { prices } = world.simulator;
  const common = { team: 'acme', id: ID };
  if (scenario === 'inAppPurchase')
    prices.addInAppPurchase({ ...common, baseTerritory: 'USA', prices: { USA: START } });
  else if (scenario === 'app') prices.addApp({ ...common, baseTerritory: 'USA', prices: { USA: START } });
  else if (scenario === 'first') prices.addSubscription(common);
  else prices.addSubscription({ ...common, prices: { USA: START }, territories: 'all' });
}

const kindOf = (scenario: Scenario) =>
  scenario === 'inAppPurchase' || scenario === 'app' ? scenario : 'subscription';

const slowly = (world: World): void => {
  world.simulator.faults.add({ times: Infinity, effect: { kind: 'latency', millis: ANSWER_MILLIS } });
};

async function ours(name: string, scenario: Scenario, rules: Record<string, unknown>): Promise<Result> {
  const world = await worldOf(rules);
  try {
    if (rules['subscriptionWrites'] === 'bulk') world.simulator.behaviour.subscriptionBulkWrite = 'accepted';
    stock(world, scenario);
    if (scenario === 'mostly') await change(world, scenario, 'before', mostTerritories);
    slowly(world);
    world.simulator.clearRequests();
    const requestsBefore = world.cloud.requests().length;
    const started = performance.now();
    await change(world, scenario, 'bench', (all) => all);
    const seconds = (performance.now() - started) / 1000;
    const dynamoWrites = world.cloud
      .requests()
      .slice(requestsBefore)
      .filter(({ service, operation }) => service === 'dynamodb' && operation !== 'GetItem').length;
    return { name, seconds, dynamoWrites, ...seen(world, scenario) };
  } finally {
    await world.close();
  }
}

const mostTerritories = (all: readonly string[]): readonly string[] =>
  all.filter((_, index) => index % 10 !== 0);

/** Asks for the target's equal prices in all or some territories, and waits for the end. */
async function change(
  world: World,
  scenario: Scenario,
  idempotencyKey: string,
  pick: (all: readonly string[]) => readonly string[],
): Promise<void> {
  const all = [...targets(world, scenario).keys()];
  const wanted = new Set(pick(all));
  await world.cloud.invoke('AcceptPriceChange', {
    idempotencyKey,
    team: 'acme',
    product: { kind: kindOf(scenario), id: ID },
    equalizeFrom: {
      territory: 'USA',
      price: TARGET,
      except: all.filter((territory) => territory !== 'USA' && !wanted.has(territory)),
    },
    ...(kindOf(scenario) === 'subscription' && { preserveCurrentPrice: true }),
    requestedBy: 'bench',
  });
  for (;;) {
    const record = await changeRecord(world, 'acme', idempotencyKey);
    if (record !== undefined && isOver(record)) {
      if (record.state !== 'applied')
        throw new Error(`${idempotencyKey}: ${record.outcome} ${JSON.stringify(record.problems)}`);
      return;
    }
    await wait(50);
  }
}

/** What every territory should cost at the end. */
const targets = (world: World, scenario: Scenario): ReadonlyMap<string, string> =>
  world.simulator.prices.equalPrices(kindOf(scenario), ID, { territory: 'USA', price: TARGET });

function seen(world: World, scenario: Scenario) {
  const requests = world.simulator.requests();
  const shown = world.simulator.prices.effective(kindOf(scenario), ID, '2026-12-24');
  const wanted = [...targets(world, scenario)];
  const right = wanted.filter(([territory, price]) => Number(shown.get(territory)) === Number(price)).length;
  return {
    reads: requests.filter(({ method }) => method === 'GET').length,
    writes: requests.filter(({ method }) => method !== 'GET').length,
    limited: requests.filter(({ status }) => status === 429).length,
    right: `${right} of ${wanted.length}`,
  };
}

async function naive(name: string, atOnce: number, scenario: Scenario): Promise<Result> {
  const world = await worldOf({});
  try {
    stock(world, scenario);
    if (scenario === 'mostly') await change(world, scenario, 'before', mostTerritories);
    slowly(world);
    world.simulator.clearRequests();
    const started = performance.now();
    await naiveClient(world, {
      id: ID,
      base: { territory: 'USA', price: TARGET },
      startDate: '2026-11-26',
      atOnce,
    });
    return {
      name,
      seconds: (performance.now() - started) / 1000,
      dynamoWrites: undefined,
      ...seen(world, scenario),
    };
  } finally {
    await world.close();
  }
}
