import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../../platform/errors.ts';
import { accepted } from '../../../platform/validation/checked.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { PlanEntry } from '../plan-entry.ts';
import type { PriceList } from '../price-list.ts';
import type { PriceSpan, PriceState } from '../price-state.ts';
import type { FixedPrices } from '../schedule-spans.ts';
import { fixedOf, ScheduleChange, type ScheduleInput } from './schedule-change.ts';

export type SchedulePlan = {
  entries: PlanEntry[];
  /** What the schedule must say afterwards. */
  fixed: FixedPrices | undefined;
  problems: Problem[];
};

/**
 * Plans the schedule of an in-app purchase or app. A territory whose price Apple sets to the target by itself, from
 * the base territory's price, is left to Apple: nothing fixed is written for it.
 */
export async function planSchedule(
  priceList: Pick<PriceList, 'equalizations'>,
  input: ScheduleInput,
): Promise<SchedulePlan> {
  const { request, state, targets } = input;
  const base = baseOf(request, state, targets);
  const problems = problemsOf(input, base);
  if (base === undefined || problems.length > 0) return { entries: [], fixed: undefined, problems };
  const named = namedToFollow(request, state, targets, base);
  const schedule = await ScheduleChange.read(priceList, input, base, named);
  const decided = [
    ...[...targets.values()].map((point) => accepted(schedule.price(point))),
    ...named.map((territory) => schedule.follow(territory)),
    ...(base !== state.baseTerritory && !targets.has(base) ? [schedule.newBase()] : []),
  ];
  const own = decided.flatMap((decision) => (decision.kind === 'ok' ? [decision.value] : []));
  const entries = [...own.map(({ entry }) => entry).toSorted(byTerritory), ...schedule.followers(own)];
  const fixed = new Map(
    [...new Set([...state.territories.keys(), ...own.map(({ entry }) => entry.territory)])]
      .toSorted()
      .map((name): [string, readonly PriceSpan[]] => [
        name,
        own.find(({ entry }) => entry.territory === name)?.fixed ?? fixedOf(state, name),
      ])
      .filter(([, spans]) => spans.length > 0),
  );
  return {
    entries,
    fixed: { baseTerritory: base, prices: fixed },
    problems: decided.flatMap((decision) => (decision.kind === 'rejected' ? decision.problems : [])),
  };
}

const byTerritory = (a: PlanEntry, b: PlanEntry): number => (a.territory < b.territory ? -1 : 1);

/** The base territory afterwards. A new product's is the one its prices were made from, else Apple's own default. */
function baseOf(
  request: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
): string | undefined {
  const from = request.equalizeFrom?.territory ?? request.index?.territory;
  const first = [...targets.keys()].toSorted()[0];
  return (
    request.baseTerritory ??
    state.baseTerritory ??
    (from !== undefined && targets.has(from) ? from : targets.has('USA') ? 'USA' : first)
  );
}

function problemsOf(
  { request, state, targets, startDate }: ScheduleInput,
  base: string | undefined,
): Problem[] {
  const { baseTerritory, follow } = request;
  const problems: Problem[] = [];
  if (base === undefined && (follow !== undefined || baseTerritory !== undefined))
    problems.push({
      path: follow === undefined ? 'baseTerritory' : 'follow',
      message: 'the product has no price yet: name a price of its base territory first',
    });
  if (baseTerritory !== undefined && baseTerritory !== state.baseTerritory) {
    if (startDate !== undefined)
      problems.push({
        path: 'startDate',
        message: 'Apple changes the base territory at once, not on a day; leave startDate out',
      });
    if (!targets.has(baseTerritory) && state.territories.get(baseTerritory)?.present === undefined)
      problems.push({
        path: 'baseTerritory',
        message: `${baseTerritory} has no price; name one in prices`,
      });
  }
  if (Array.isArray(follow) && base !== undefined && follow.includes(base))
    problems.push({
      path: 'follow',
      message: `${base} is the base territory, which all others follow; remove it, or name another baseTerritory`,
    });
  return problems;
}

/** The territories that a request wants to follow the base. `all`: every one with a fixed price that it does not price. */
function namedToFollow(
  { follow }: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
  base: string,
): string[] {
  if (follow === undefined) return [];
  if (follow !== 'all') return follow;
  return [...state.territories.keys()].filter(
    (name) => name !== base && !targets.has(name) && fixedOf(state, name).length > 0,
  );
}
