import type { Problem } from '../../../platform/errors.ts';
import { together } from '../../../platform/util/concurrency.ts';
import type { Outcome } from '../../../platform/validation/outcome.ts';
import { type Currencies, currenciesOf, currencyProblems, withCurrencies } from '../../plan/currencies.ts';
import { tierProblems } from '../../plan/entries/plan-circumstances.ts';
import { planSchedule, type SchedulePlan } from '../../plan/entries/schedule-entries.ts';
import { subscriptionEntries } from '../../plan/entries/subscription-entries.ts';
import { wayBackOf } from '../../plan/entries/way-back.ts';
import { looseLimits, type PriceRules, violations } from '../../plan/limits.ts';
import { type Plan, sealPlan, startOf, stateSha256 } from '../../plan/plan.ts';
import type { PlanEntry } from '../../plan/plan-entry.ts';
import { planWarnings } from '../../plan/plan-warnings.ts';
import type { PriceList, ReadAhead } from '../../plan/price-list.ts';
import type { PriceState } from '../../plan/price-state.ts';
import { numbered } from '../../plan/steps.ts';
import { likelyLookUps, resolveTargets } from '../../plan/targets/targets.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { makeOfferPlan } from './make-offer-plan.ts';
import { readAhead, readCircumstances } from './read-circumstances.ts';

/** What a plan is made for: an accepted change, or a dry run. */
export type Planned = Pick<ChangeRecord, 'team' | 'changeId' | 'request'> &
  Partial<Pick<ChangeRecord, 'postponedTo'>>;

/**
 * Reads Apple's state and plans the least set of differences to what is asked for.
 *
 * @returns the plan, or every reason why it must not be sent
 * @throws AppStoreConnectError, JobError of the key's secret
 */
export async function makePlan(
  priceList: PriceList,
  rules: PriceRules,
  { team, changeId, request, postponedTo }: Planned,
): Promise<Exclude<Outcome<Plan>, { kind: 'retry' }>> {
  const { introductoryOffer } = request;
  if (introductoryOffer !== undefined)
    return makeOfferPlan(priceList, introductoryOffer, { team, changeId, request, postponedTo });
  const list = rememberingReads(priceList);
  const begun: Promise<unknown>[] = [];
  try {
    return await planPrices(list, rules, { team, changeId, request, postponedTo }, begun);
  } finally {
    // Nothing is on its way when the plan has ended.
    await Promise.all(begun);
  }
}

/** What the state's read may begin already: where the product is sold, which takes two requests in a row. */
function aheadOf(list: PriceList, request: PriceRequest, begun: Promise<unknown>[]): ReadAhead {
  const pointsOf = likelyLookUps(request);
  const isLikelyToMove = pointsOf.length > 0 || request.percent !== undefined;
  return {
    pointsOf: async () => pointsOf,
    ...(isLikelyToMove && { beside: () => void begun.push(Promise.allSettled([list.availability?.()])) }),
  };
}

/** @param begun gets what is begun and may end later than the plan */
async function planPrices(
  list: PriceList,
  rules: PriceRules,
  { team, changeId, request, postponedTo }: Planned,
  begun: Promise<unknown>[],
): Promise<Exclude<Outcome<Plan>, { kind: 'retry' }>> {
  const state = await list.read(aheadOf(list, request, begun));
  const [targets, label] = await together(
    resolveTargets(list, state, request),
    list.label(),
    readAhead(list, request, state),
  );
  const start = startOf(request, state, postponedTo);
  const startDate = start.kind === 'ok' ? start.value : undefined;
  const decided = await decide(list, { request, state, targets: targets.points, startDate });
  const territories = await knownTerritories(list, state, request, decided.entries);
  const entries = withCurrencies(decided.entries, territories);
  const back = wayBackOf(request, state, entries, startDate);
  const problems = [
    ...targets.problems,
    ...(start.kind === 'rejected' ? start.problems : []),
    ...decided.problems,
    ...(await entryProblems(list, rules, { request, state, entries, territories })),
    ...(back.kind === 'rejected' ? back.problems : []),
  ];
  if (problems.length > 0) return { kind: 'rejected', problems };
  const steps = numbered(list.steps(state, entries, decided.fixed));
  const before = state.baseTerritory ?? null;
  const after = decided.fixed?.baseTerritory;
  const warnings = planWarnings(request, state, entries, new Set(territories.keys()));
  const { product } = request;
  const circumstances = await readCircumstances(list, { request, state, entries });
  return {
    kind: 'ok',
    value: sealPlan({
      team,
      changeId,
      product,
      ...(label && { label }),
      startDate: startDate ?? null,
      entries,
      steps,
      ...(steps.length > 0 &&
        after !== undefined &&
        after !== before && { baseTerritory: { before, after } }),
      ...(back.kind === 'ok' && back.value !== undefined && { wayBack: back.value }),
      ...(warnings.length > 0 && { warnings }),
      ...(circumstances !== undefined && { circumstances }),
      stateSha256: stateSha256(state),
    }),
  };
}

/** What stands against the entries of a plan: currencies, limits, a choice that is missing, tiers. */
async function entryProblems(
  priceList: PriceList,
  rules: PriceRules,
  plan: {
    request: PriceRequest;
    state: PriceState;
    entries: readonly PlanEntry[];
    territories: Currencies;
  },
): Promise<Problem[]> {
  const { request, state, entries, territories } = plan;
  const { limitWindowDays } = rules;
  const earlier =
    limitWindowDays === undefined ? undefined : await priceList.earlierPrices?.(limitWindowDays);
  return [
    ...currencyProblems(request, territories),
    ...looseLimits(rules, request),
    ...violations(rules, request, entries, earlier),
    ...missingChoice(request, entries),
    ...(request.returnOf === undefined ? [] : notStarted(entries)),
    ...tierProblems(request, state, entries),
  ];
}

/** The entries of a plan; for an in-app purchase or app with what the whole schedule must say. */
async function decide(
  priceList: PriceList,
  input: Parameters<typeof planSchedule>[1],
): Promise<SchedulePlan> {
  const { request, state, targets, startDate } = input;
  if (request.product.kind !== 'subscription') return planSchedule(priceList, input);
  return { entries: subscriptionEntries(request, state, targets, startDate), fixed: undefined, problems: [] };
}

/** Equal prices, territories, availability and surroundings are read once per plan, whoever asks for them. */
function rememberingReads(priceList: PriceList): PriceList {
  const equal = new Map<string, ReturnType<PriceList['equalizations']>>();
  let territories: ReturnType<PriceList['territories']> | undefined;
  const { surroundings, availability } = priceList;
  let around: ReturnType<NonNullable<typeof surroundings>> | undefined;
  let onSale: ReturnType<NonNullable<typeof availability>> | undefined;
  const sold =
    availability &&
    (() => {
      onSale ??= availability();
      return onSale;
    });
  return {
    ...priceList,
    ...(sold !== undefined && { availability: sold }),
    ...(surroundings !== undefined && {
      surroundings: () => {
        around ??= surroundings(sold);
        return around;
      },
    }),
    equalizations: (id) => {
      const read = equal.get(id) ?? priceList.equalizations(id);
      equal.set(id, read);
      return read;
    },
    territories: () => {
      territories ??= priceList.territories();
      return territories;
    },
  };
}

/** Currencies as far as they are needed: Apple's list is read where a first price or a named currency asks for it. */
async function knownTerritories(
  priceList: PriceList,
  state: PriceState,
  { currencies = {} }: PriceRequest,
  entries: readonly PlanEntry[],
): Promise<Currencies> {
  const known = currenciesOf(state);
  const names = [...Object.keys(currencies), ...entries.map(({ territory }) => territory)];
  const isFirst = entries.some(({ kind }) => kind === 'first');
  if (!isFirst && names.every((name) => known.get(name) !== undefined)) return known;
  return new Map([
    ...(await priceList.territories()),
    ...[...known].filter(([, currency]) => currency !== undefined),
  ]);
}

/** Until the temporary price has started, its way back would take it away. */
const notStarted = (entries: readonly PlanEntry[]): Problem[] =>
  entries
    .filter(({ overwrites }) => overwrites.length > 0)
    .map(({ territory, overwrites }) => ({
      path: 'startDate',
      message: `${territory}: ${overwrites[0]?.price ?? 'another price'} is scheduled for ${overwrites[0]?.from ?? 'later'}, and the way back would displace it; it is asked for again later`,
    }));

/** Where a subscription's price goes up, somebody must have said what those pay who subscribe already. */
function missingChoice(request: PriceRequest, entries: readonly PlanEntry[]): Problem[] {
  if (request.product.kind !== 'subscription' || request.preserveCurrentPrice !== undefined) return [];
  const rising = entries.filter(
    ({ kind, present, target }) =>
      kind === 'change' && present !== null && compareDecimals(target.price, present.price) > 0,
  );
  if (rising.length === 0) return [];
  const names = rising.slice(0, 5).map(({ territory }) => territory);
  const more = rising.length > names.length ? ` and ${rising.length - names.length} more` : '';
  return [
    {
      path: 'preserveCurrentPrice',
      message: `the price goes up in ${names.join(', ')}${more}: say true (present subscribers keep their price) or false (they pay the new one)`,
    },
  ];
}
