import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { createChance } from '../../../engine/chance.ts';
import type { History } from '../../../engine/history.ts';
import { DAY, type LifeProduct, PRICES, PRODUCTS } from './life-apple.ts';
import { drawOffer } from './life-offers.ts';
import { LifeWorld } from './life-world.ts';

/** What happens in a history; each has chance of its own, so that leaving one out changes no other. */
export type LifeEvent = { seed: number } & (
  | { kind: 'ask'; product: 0 | 1; changeId: string }
  | {
      kind:
        | 'work'
        | 'sweep'
        | 'approve'
        | 'decline'
        | 'withdraw'
        | 'rollBack'
        | 'currency'
        | 'move'
        | 'person'
        | 'desire'
        | 'reconcile';
    }
  | { kind: 'pass'; millis: number }
);

const MINUTE = 60_000;
const PASSED = [MINUTE, 8 * MINUTE, 45 * MINUTE, 3 * 60 * MINUTE, DAY, 3 * DAY, 15 * DAY] as const;

function drawEvents(seed: number): LifeEvent[] {
  const chance = createChance(seed * 6_151 + 7);
  const events: LifeEvent[] = [];
  let changes = 0;
  const own = () => chance.below(1_000_000_000);
  const rounds = 6 + chance.below(8);
  // Of a draw of their own, so that the other events of a seed stay what they are. The other seeds show what enforced
  // files would put right.
  const desires = createChance(seed * 7_919 + 3);
  const hasDesires = seed % 3 === 0;
  for (let round = 0; round < rounds; round += 1) {
    if (chance.happens(0.7)) {
      changes += 1;
      events.push({
        kind: 'ask',
        product: chance.pick([0, 1] as const),
        changeId: `c${changes}`,
        seed: own(),
      });
    }
    for (const [kind, share] of [
      ['work', 0.9],
      ['approve', 0.4],
      ['decline', 0.12],
      ['withdraw', 0.12],
      ['rollBack', 0.15],
      ['work', 0.8],
      ['currency', 0.06],
      ['move', 0.08],
      ['person', 0.15],
      ['work', 0.3],
      ['sweep', 0.4],
    ] as const)
      if (chance.happens(share)) events.push({ kind, seed: own() });
    if (hasDesires)
      for (const [kind, share] of [
        ['desire', 0.45],
        ['reconcile', 0.8],
      ] as const)
        if (desires.happens(share)) events.push({ kind, seed: desires.below(1_000_000_000) });
    events.push({ kind: 'pass', millis: chance.pick(PASSED), seed: own() });
  }
  return events;
}

/** Prices of two products over weeks: all that may be asked for, at an Apple that is late, ill, and moves prices itself. */
export const history: History<LifeEvent> = {
  play: async (seed, only) => {
    const chance = createChance(seed);
    const world = new LifeWorld(chance);
    const { behaviour } = world.apple;
    behaviour.secondScheduledPrice = chance.pick(['replaces', 'refused'] as const);
    behaviour.subscriptionLeadDays = chance.pick([1, 1, 2] as const);
    behaviour.earlyStartDate = chance.pick(['attribute', 'relationship'] as const);
    const steps = only ?? drawEvents(seed);
    let broken: string | undefined;
    try {
      for (const step of steps) {
        world.chance = createChance(step.seed);
        await take(world, step);
        await world.check();
      }
      world.chance = createChance(1);
      await world.rest();
      await world.check();
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error);
    } finally {
      world.close();
    }
    return { broken, steps, happened: world.happened };
  },
  describe: (event) => JSON.stringify(event),
};

async function take(world: LifeWorld, step: LifeEvent): Promise<void> {
  const { chance } = world;
  const planned = world.open().find(({ state }) => state === 'planned');
  switch (step.kind) {
    case 'ask':
      return world.ask(drawRequest(world, PRODUCTS[step.product], step.changeId));
    case 'work': {
      world.trouble = chance.pick([0, 0.2, 0.5]);
      for (const { changeId } of world.open())
        await world.work(changeId, chance.happens(0.25) ? chance.below(30) : undefined);
      world.trouble = 0;
      return;
    }
    case 'sweep':
      return world.sweep();
    case 'approve':
      return planned === undefined ? undefined : world.approve(planned);
    case 'decline':
    case 'withdraw': {
      const any = step.kind === 'withdraw' ? (world.open().at(-1) ?? planned) : planned;
      return any === undefined ? undefined : world.end(any, step.kind);
    }
    case 'rollBack': {
      const over = Object.values(world.data.changes).filter(
        (record) => record.state === 'applied' && record.everSent && record.request.rollbackOf === undefined,
      );
      const last = over.at(-1);
      return last === undefined ? undefined : world.rollBack(last);
    }
    case 'currency':
      return world.changeCurrency(chance.pick(['EUR', 'HUF']));
    case 'move':
      return world.moveEqualPrices(chance.below(3));
    case 'person':
      return world.personWrites();
    case 'desire':
      return world.writeDesired();
    case 'reconcile':
      return world.reconcile(chance.happens(0.4) ? chance.below(6) : undefined);
    case 'pass':
      return void world.clock.advance(step.millis);
  }
}

/** New prices in some territories: now or later, for good or for some days; or that a territory follows the base again. */
function drawRequest(
  world: LifeWorld,
  product: LifeProduct,
  idempotencyKey: string,
): Record<string, unknown> {
  const { chance } = world;
  const today = pacificToday(world.clock.now());
  const named = Object.keys(PRICES).filter(() => chance.happens(0.5));
  const names = named.length === 0 ? ['USA'] : named;
  const prices = Object.fromEntries(names.map((name) => [name, chance.pick(PRICES[name] ?? ['9.99'])]));
  const startDate = chance.happens(0.35) ? daysAfter(today, 3 + chance.below(8)) : undefined;
  const isTemporary = chance.happens(0.3);
  const common: Record<string, unknown> = {
    idempotencyKey,
    product,
    ...(startDate !== undefined && { startDate }),
    ...(product.kind === 'subscription' && {
      preserveCurrentPrice: chance.happens(0.5),
      ...(chance.happens(0.9) && { dropVolumeTiers: true }),
    }),
  };
  if (product.kind === 'subscription' && chance.happens(0.25)) {
    const { startDate: _, preserveCurrentPrice: __, dropVolumeTiers: ___, ...rest } = common;
    return { ...rest, ...drawOffer(chance, world.clock.now()) };
  }
  if (chance.happens(0.15)) return { ...common, equalizeFrom: drawEqual(world) };
  if (product.kind === 'inAppPurchase' && chance.happens(0.15))
    return { ...common, follow: chance.happens(0.5) ? 'all' : ['FRA'] };
  return {
    ...common,
    prices,
    ...(prices['HUN'] !== undefined && { currencies: { HUN: 'HUF' } }),
    ...(isTemporary && { until: daysAfter(startDate ?? today, 4 + chance.below(6)) }),
    ...(!isTemporary && chance.happens(0.3) && { removeScheduled: true }),
  };
}

/** Apple's equal prices of one territory, with exceptions. */
function drawEqual({ chance }: LifeWorld): Record<string, unknown> {
  const territory = chance.pick(['USA', 'USA', 'FRA'] as const);
  const others = Object.keys(PRICES).filter((name) => name !== territory);
  const except = others.filter(() => chance.happens(0.2));
  const overridden = others.find((name) => name !== 'HUN' && !except.includes(name));
  return {
    territory,
    price: chance.pick(PRICES[territory] ?? ['9.99']),
    except,
    ...(overridden !== undefined &&
      chance.happens(0.3) && {
        overrides: { [overridden]: chance.pick(PRICES[overridden] ?? ['9.99']) },
      }),
  };
}
