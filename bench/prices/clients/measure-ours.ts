import { setTimeout as wait } from 'node:timers/promises';
import { LEASE_MILLIS } from '../../../functions/prices/apply/apply-change.ts';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import { changeRecord } from '../../../local/demo/price-records.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  type Kind,
  LIMITS,
  PRODUCT,
  rightOnes,
  START,
  slowly,
  TARGET,
  TEAM,
  targets,
  traffic,
  untilWritten,
} from './price-scene.ts';

export type Scenario = 'subscription' | 'first' | 'mostly' | 'inAppPurchase' | 'app';

const worldOf = (rules: Record<string, unknown>): Promise<World> =>
  startWorld({
    now: Date.now(),
    settings: {
      teams: [
        {
          name: TEAM,
          keys: { reports: 'acme/reports', prices: 'acme/prices' },
          prices: { maxIncreasePercent: 1000, maxDecreasePercent: 100, ...rules },
        },
      ],
    },
    simulator: LIMITS,
  });

/** Puts the product at Apple. */
function stock({ simulator }: World, scenario: Scenario): void {
  const { prices } = simulator;
  const common = { team: TEAM, id: PRODUCT };
  const start = { prices: { [TARGET.territory]: START } };
  if (scenario === 'inAppPurchase')
    prices.addInAppPurchase({ ...common, ...start, baseTerritory: TARGET.territory });
  else if (scenario === 'app') prices.addApp({ ...common, ...start, baseTerritory: TARGET.territory });
  else if (scenario === 'first') prices.addSubscription(common);
  else prices.addSubscription({ ...common, ...start, territories: 'all' });
}

const kindOf = (scenario: Scenario): Kind =>
  scenario === 'inAppPurchase' || scenario === 'app' ? scenario : 'subscription';

/** A whole change through the real handlers; `mostly`: nine of ten territories have the target already. */
export async function ourChange(scenario: Scenario, rules: Record<string, unknown>) {
  const world = await worldOf(rules);
  try {
    const { simulator, cloud } = world;
    if (rules['subscriptionWrites'] === 'bulk') simulator.behaviour.subscriptionBulkWrite = 'accepted';
    stock(world, scenario);
    if (scenario === 'mostly') {
      await ask(world, scenario, 'before', (all) => all.filter((_, index) => index % 10 !== 0));
      await applied(world, 'before');
    }
    slowly(simulator);
    simulator.clearRequests();
    const requestsBefore = cloud.requests().length;
    const started = performance.now();
    await ask(world, scenario, 'bench', (all) => all);
    await applied(world, 'bench');
    const seconds = (performance.now() - started) / 1000;
    const dynamoWrites = cloud
      .requests()
      .slice(requestsBefore)
      .filter(({ service, operation }) => service === 'dynamodb' && operation !== 'GetItem').length;
    return { ...traffic(simulator), seconds, dynamoWrites, right: rightOnes(simulator, kindOf(scenario)) };
  } finally {
    await world.close();
  }
}

/** A change of a subscription whose worker is killed after so many writes, and that nobody looks after. */
export async function ourKilledChange(writes: number) {
  const world = await worldOf({});
  try {
    const { simulator, cloud, clock } = world;
    stock(world, 'subscription');
    slowly(simulator);
    const started = performance.now();
    await ask(world, 'subscription', 'bench', (all) => all);
    await untilWritten(simulator, writes);
    await cloud.kill('ApplyPriceChange');
    const killedAt = clock.now();
    const workedBefore = (performance.now() - started) / 1000;
    const rightWhenKilled = rightOnes(simulator, 'subscription');
    const record = await recordOf(world, 'bench');
    const before = simulator.requests().length;
    // The message comes back when the dead worker's lease has lapsed; that time is simulated.
    const taken =
      cloud.requests().find(({ caller }) => caller.startsWith('ApplyPriceChange'))?.at ?? killedAt;
    await world.pass(Math.max(0, taken + LEASE_MILLIS - clock.now()));
    await applied(world, 'bench');
    const goneOnAt = simulator.requests().at(before)?.at ?? Number.NaN;
    return {
      ...traffic(simulator),
      seconds: workedBefore + (clock.now() - goneOnAt) / 1000,
      rightWhenKilled,
      right: rightOnes(simulator, 'subscription'),
      minutesUntilItGoesOn: (goneOnAt - killedAt) / 60_000,
      knownFrom: `its record: ${record.state}, ${record.cursor} of ${record.stepCount} done`,
    };
  } finally {
    await world.close();
  }
}

/** Asks for the target's equal prices in all or some territories. */
async function ask(
  world: World,
  scenario: Scenario,
  idempotencyKey: string,
  pick: (all: readonly string[]) => readonly string[],
): Promise<void> {
  const all = [...targets(world.simulator, kindOf(scenario)).keys()];
  const wanted = new Set(pick(all));
  await world.cloud.invoke('AcceptPriceChange', {
    idempotencyKey,
    team: TEAM,
    product: { kind: kindOf(scenario), id: PRODUCT },
    equalizeFrom: {
      ...TARGET,
      except: all.filter((territory) => territory !== TARGET.territory && !wanted.has(territory)),
    },
    ...(kindOf(scenario) === 'subscription' && { preserveCurrentPrice: true }),
    requestedBy: 'bench',
  });
}

/** Waits for the end. */
async function applied(world: World, idempotencyKey: string): Promise<void> {
  for (;;) {
    const record = await recordOf(world, idempotencyKey);
    if (record.state === 'applied') return;
    if (isOver(record))
      throw new Error(`${idempotencyKey}: ${record.outcome} ${JSON.stringify(record.problems)}`);
    await wait(50);
  }
}

async function recordOf(world: World, idempotencyKey: string): Promise<ChangeRecord> {
  const record = await changeRecord(world, TEAM, idempotencyKey);
  if (record === undefined) throw new Error(`There is no change ${idempotencyKey}.`);
  return record;
}
