import type { PublishEvents } from '../../events/event-publisher.ts';
import { outgoingEvent } from '../../events/event-types.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { accepted } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import type { RequestDependencies } from '../accept/accept-dependencies.ts';
import { makePlan } from '../apply/context/make-plan.ts';
import { classifyPlanningError } from '../apply/context/retry-policy.ts';
import type { FindProduct } from '../names/find-product.ts';
import type { PriceRules } from '../plan/limits.ts';
import type { Plan } from '../plan/plan.ts';
import { isWritten } from '../plan/plan-entry.ts';
import type { PriceList } from '../plan/price-list.ts';
import { DESIRED } from '../request/desired/desired-prices.ts';
import type { PriceRequest } from '../request/price-request.ts';
import { type Product, productName } from '../request/product.ts';
import type { DesiredCurrencies } from '../store/kept/desired-currencies.ts';
import type { PriceFiles } from '../store/price-files.ts';
import { requestCorrection } from './correction.ts';
import { type DesiredPrices, listDesiredFiles, readDesiredFile } from './desired-files.ts';
import { firstCurrencies, inOtherCurrency, type OtherCurrency, without } from './other-currency.ts';

export type ReconcileDependencies = RequestDependencies & {
  settings: Settings;
  /** The product's prices at Apple, with the team's own key. */
  priceList(team: string, product: Product): PriceList;
  rules(team: string): PriceRules;
  files: Pick<PriceFiles, 'list' | 'read'>;
  currencies: DesiredCurrencies;
  findProduct: FindProduct;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** What a reconciliation found, one per file. */
export type Reconciled = {
  key: string;
  result: 'same' | 'drift' | 'requested' | 'unreadable' | 'off';
  /** Territories whose price at Apple is not the desired one. */
  territories: number;
  changeId?: string;
  reason?: string;
};

/**
 * Compares desired prices with Apple's: all files, or the one that was just uploaded. A difference is published as
 * `Price Drift Detected`. Where the team has set `desired: "enforce"`, a correction is owed until Apple shows the
 * file's prices: every run requests one, unless one of the same state at Apple is under way.
 */
export async function reconcilePrices(deps: ReconcileDependencies, only?: string): Promise<Reconciled[]> {
  const results: Reconciled[] = [];
  for (const { key, version, file } of await listDesiredFiles(deps, only)) {
    const read = file.kind === 'ok' ? await readDesiredFile(deps, version, file.value) : file;
    const result =
      read.kind === 'ok' ? await reconcileFile(deps, read.value) : unreadable(key, read.problems);
    if (result.result === 'unreadable') await publishUnreadable(deps, result, version);
    else deps.log.info('Compared desired prices', result);
    results.push(result);
  }
  for (const team of new Set(deps.settings.teams.map(({ name }) => name))) {
    const territories = results
      .filter(({ key }) => key.startsWith(`${DESIRED}${team}/`))
      .reduce((sum, { territories: count }) => sum + count, 0);
    if (only === undefined) deps.metric(MetricName.priceDrift, territories, { team });
  }
  return results;
}

const unreadable = (key: string, problems: readonly Problem[]): Reconciled => ({
  key,
  result: 'unreadable',
  territories: 0,
  reason: problems.map(({ message }) => message).join('; '),
});

async function reconcileFile(deps: ReconcileDependencies, desired: DesiredPrices): Promise<Reconciled> {
  const { key, team } = desired;
  const mode = deps.settings.teams.find(({ name }) => name === team)?.prices?.desired ?? 'off';
  if (mode === 'off') return { key, result: 'off', territories: 0 };
  const compared = await classifyPlanningError(() => compare(deps, desired));
  if (compared.kind === 'retry')
    return unreadable(key, [
      { path: key, message: `Apple cannot be read now; the next run compares again. ${compared.reason}` },
    ]);
  if (compared.kind === 'rejected')
    return unreadable(
      key,
      compared.problems.map(({ path, message }) => ({ path, message: `${path}: ${message}` })),
    );
  const { plan, request, setAside } = compared.value;
  const differing = plan?.entries.filter(isWritten) ?? [];
  const territories = differing.length + setAside.length;
  if (territories === 0) return { key, result: 'same', territories };
  await publishDrift(deps, desired, plan, setAside);
  const reasons = setAside.map(({ message }) => message);
  if (mode === 'report' || plan === undefined || request === undefined || differing.length === 0)
    return { key, result: 'drift', territories, ...reasonOf(reasons) };
  const correction = await requestCorrection(deps, desired, request, plan);
  return {
    key,
    result: correction.isRequested ? 'requested' : 'drift',
    territories,
    changeId: correction.changeId,
    ...reasonOf([...reasons, ...correction.reasons]),
  };
}

const reasonOf = (reasons: readonly string[]): { reason?: string } =>
  reasons.length === 0 ? {} : { reason: reasons.join('; ') };

/** Limits are for changes; a comparison sees every difference. */
const UNLIMITED = {
  maxIncreasePercent: 1_000_000,
  maxDecreasePercent: 100,
  territories: {},
  limitWindowDays: undefined,
};

type Compared = {
  plan: Plan | undefined;
  request: PriceRequest | undefined;
  setAside: readonly OtherCurrency[];
};

/** What would have to change at Apple; prices in another currency than Apple sells in are set aside. */
async function compare(
  deps: ReconcileDependencies,
  { key, team, product, request }: DesiredPrices,
): Promise<Outcome<Compared>> {
  const priceList = deps.priceList(team, product);
  const state = await priceList.read();
  const known = await deps.currencies.read(team, product);
  const first = firstCurrencies(request, state, known);
  if (JSON.stringify(first) !== JSON.stringify(known)) await deps.currencies.write(team, product, first);
  const setAside = inOtherCurrency(request, state, first);
  const rest = without(request, setAside);
  if (rest === undefined) return accepted({ plan: undefined, request: undefined, setAside });
  const made = await makePlan(
    { ...priceList, read: async () => state },
    { ...deps.rules(team), ...UNLIMITED },
    { team, changeId: key, request: comparable(rest) },
  );
  return made.kind === 'ok' ? accepted({ plan: made.value, request: rest, setAside }) : made;
}

/** A comparison needs no choice for present subscribers; a change that raises a price is refused without one. */
const comparable = (request: PriceRequest): PriceRequest =>
  request.product.kind === 'subscription' && request.preserveCurrentPrice === undefined
    ? { ...request, preserveCurrentPrice: true }
    : request;

/** EventBridge takes 256 KB per event. */
const MAXIMUM_TERRITORIES = 200;

/**
 * `Price Drift Detected`. A repeat of the same run has the same id; the next run's drift is news again, so its id is
 * made of the hour too.
 */
async function publishDrift(
  deps: ReconcileDependencies,
  { key, team, product, version }: DesiredPrices,
  plan: Plan | undefined,
  setAside: readonly OtherCurrency[],
): Promise<void> {
  const differing = plan?.entries.filter(isWritten) ?? [];
  const id = sha256Hex(
    `Price Drift Detected\n${key}\n${version}\n${plan?.stateSha256 ?? ''}\n${hourOf(deps.clock)}`,
  );
  const territories = [
    ...setAside.map(({ territory, currency, present, desired, desiredCurrency }) => ({
      territory,
      currency,
      present,
      desired,
      desiredCurrency,
    })),
    ...differing.map(({ territory, present, target, currency }) => ({
      territory,
      currency,
      present: present?.price ?? null,
      desired: target.price,
    })),
  ].slice(0, MAXIMUM_TERRITORIES);
  deps.log.warn('Prices at Apple are not the desired ones', {
    product: productName(product, plan?.label),
    territories: differing.length + setAside.length,
    setAside: setAside.map(({ message }) => message),
  });
  await deps.sendEvents([
    outgoingEvent('Price Drift Detected', {
      id,
      team,
      product: { ...product, ...plan?.label },
      file: key,
      territories,
    }),
  ]);
}

const hourOf = (clock: Clock): string => new Date(clock.now()).toISOString().slice(0, 13);

/** People are notified of a file that cannot be compared, like of any other refused request. */
async function publishUnreadable(
  deps: ReconcileDependencies,
  { key, reason = '' }: Reconciled,
  version: string,
): Promise<void> {
  deps.log.error('Desired prices cannot be compared', { key, reason });
  const team = key.slice(DESIRED.length).split('/')[0] ?? '';
  const id = sha256Hex(`Price Change Rejected\n${key}\n${version}\n${reason}`);
  await deps.sendEvents([
    outgoingEvent('Price Change Rejected', {
      id,
      file: key,
      ...(deps.settings.teams.some(({ name }) => name === team) && { team }),
      problems: [{ path: key, message: reason }],
    }),
  ]);
}
