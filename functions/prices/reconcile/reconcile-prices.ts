import { createHash } from 'node:crypto';
import { MetricName } from '../../platform/logging/metrics.ts';
import { type AcceptDependencies, acceptChange } from '../accept/accept-change.ts';
import type { ApplyDependencies } from '../apply/apply-dependencies.ts';
import { makePlan } from '../apply/make-plan.ts';
import { classifyPlanningError } from '../apply/retry-policy.ts';
import type { Plan } from '../plan/plan.ts';
import { DESIRED, type DesiredFile, desiredFileOf, parseDesired } from '../request/desired-prices.ts';
import { type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import { productName } from '../request/product.ts';
import type { PriceFiles } from '../store/price-files.ts';

export type ReconcileDependencies = AcceptDependencies &
  Pick<ApplyDependencies, 'priceList' | 'rules'> & { files: PriceFiles };

/** What a reconciliation found, one a file. */
export type Reconciled = {
  key: string;
  result: 'same' | 'drift' | 'requested' | 'unreadable' | 'off';
  /** Territories whose price at Apple is not the desired one. */
  territories: number;
  changeId?: string;
  reason?: string;
};

const LARGEST_BYTES = 1024 * 1024;

/**
 * Compares desired prices with Apple's: all files, or the one that was just uploaded. A difference is told; where
 * the team has set `desired: "enforce"`, a change is requested whose key is made of the file's version and what
 * Apple showed, so that the same drift is corrected once and a new one again.
 */
export async function reconcilePrices(deps: ReconcileDependencies, only?: string): Promise<Reconciled[]> {
  const results: Reconciled[] = [];
  for await (const { key, version } of deps.files.list(only ?? DESIRED)) {
    const file = desiredFileOf(key);
    const result =
      file === undefined
        ? unreadable(key, 'its name is not <team>/<product kind>/<product id>.json or .csv')
        : await reconcileFile(deps, file, version);
    if (result.result === 'unreadable') deps.log.error('Desired prices cannot be compared', result);
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

const unreadable = (key: string, reason: string): Reconciled => ({
  key,
  result: 'unreadable',
  territories: 0,
  reason,
});

async function reconcileFile(
  deps: ReconcileDependencies,
  file: DesiredFile,
  version: string,
): Promise<Reconciled> {
  const { key, team, product } = file;
  const settings = deps.settings.teams.find(({ name }) => name === team);
  if (settings === undefined) return unreadable(key, `there is no team ${team} in the settings`);
  if (settings.prices === undefined || settings.prices.desired === 'off')
    return { key, result: 'off', territories: 0 };
  const request = await requestOf(deps, file, version);
  if ('unreadable' in request) return unreadable(key, request.unreadable);
  const made = await classifyPlanningError(() =>
    makePlan(
      deps.priceList(team, product),
      { ...deps.rules(team), ...UNLIMITED },
      { team, changeId: key, request: comparable(request) },
    ),
  );
  if (made.kind === 'retry')
    return unreadable(key, `Apple cannot be read now; the next run compares again. ${made.reason}`);
  if (made.kind === 'rejected')
    return unreadable(key, made.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  const differing = made.value.entries.filter(({ kind }) => kind !== 'none' && kind !== 'follows');
  if (differing.length === 0) return { key, result: 'same', territories: 0 };
  await tellDrift(deps, file, made.value, version);
  if (settings.prices.desired === 'report') return { key, result: 'drift', territories: differing.length };
  const idempotencyKey = `desired/${product.kind}/${product.id}${product.plan === 'MONTHLY' ? '.MONTHLY' : ''}/${version.slice(0, 16)}/${made.value.stateSha256.slice(0, 16)}`;
  const answer = await acceptChange(deps, { ...request, idempotencyKey }, true);
  // The very same drift was to be corrected before, and could not be.
  const inVain = answer.state === 'rejected' || answer.state === 'failed' || answer.state === 'unsettled';
  return {
    key,
    result: answer.status === 'rejected' || inVain ? 'drift' : 'requested',
    territories: differing.length,
    changeId: idempotencyKey,
    ...(answer.problems && { reason: answer.problems.map(({ message }) => message).join('; ') }),
  };
}

/** Limits are for changes; a comparison sees every difference. */
const UNLIMITED = { maxIncreasePercent: 1_000_000, maxDecreasePercent: 100, territories: {} };

/** A comparison needs no choice for present subscribers; a change that raises a price is refused without one. */
const comparable = (request: PriceRequest): PriceRequest =>
  request.product.kind === 'subscription' && request.preserveCurrentPrice === undefined
    ? { ...request, preserveCurrentPrice: true }
    : request;

async function requestOf(
  deps: ReconcileDependencies,
  { key, team, product }: DesiredFile,
  version: string,
): Promise<PriceRequest | { unreadable: string }> {
  const text = await deps.files.read(key, undefined, LARGEST_BYTES);
  if (text === undefined) return { unreadable: `is larger than ${LARGEST_BYTES} bytes` };
  const desired = parseDesired(key, text);
  if ('problems' in desired) return { unreadable: desired.problems.map(({ message }) => message).join('; ') };
  const parsed = parsePriceRequest({
    idempotencyKey: `desired/${version.slice(0, 40)}`,
    team,
    product,
    requestedBy: `desired prices ${key}`.slice(0, 200),
    ...desired.wish,
  });
  return 'problems' in parsed
    ? { unreadable: parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('; ') }
    : parsed.request;
}

/** `Price Drift Detected`; its id is made of the file's version and Apple's state. */
async function tellDrift(
  deps: ReconcileDependencies,
  { key, team, product }: DesiredFile,
  plan: Plan,
  version: string,
): Promise<void> {
  const differing = plan.entries.filter(({ kind }) => kind !== 'none' && kind !== 'follows');
  const id = createHash('sha256')
    .update(`Price Drift Detected\n${key}\n${version}\n${plan.stateSha256}`)
    .digest('hex');
  const shown = differing.slice(0, 200).map(({ territory, present, target, currency }) => ({
    territory,
    currency,
    present: present?.price ?? null,
    desired: target.price,
  }));
  deps.log.warn('Prices at Apple are not the desired ones', {
    product: productName(product),
    territories: differing.length,
  });
  await deps.sendEvents([
    { detailType: 'Price Drift Detected', detail: { id, team, product, file: key, territories: shown } },
  ]);
}
