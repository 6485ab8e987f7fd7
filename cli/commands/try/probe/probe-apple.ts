import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { PACIFIC_TIME_ZONE } from '../../../../functions/platform/util/time.ts';
import type { BehaviourFile, SettledBehaviour } from '../../../../local/simulator/rules/behaviour-file.ts';
import type { AskQuestion, Question, Seen } from './ask-apple.ts';

const APPS = '/v1/apps';
const SALES = '/v1/salesReports';
const GZIP = 'application/a-gzip';

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), attributes: z.record(z.string(), z.unknown()).default({}) })),
});

/** Asks by name, and keeps of each answer what may be told to others. */
type Ask = (name: string, question: Question) => Promise<Seen>;

/**
 * Settles by some twenty reads what no document says. Whatever cannot be settled, such as for lack of a right or of a
 * product, is left out.
 *
 * @param vendor for the questions about reports
 */
export async function probeApple(
  askQuestion: AskQuestion,
  { vendor, now }: { vendor: string; now: number },
  onAsked: (count: number) => void,
): Promise<BehaviourFile> {
  const facts: Record<string, unknown> = {};
  let count = 0;
  const ask: Ask = async (name, question) => {
    const seen = await askQuestion(question);
    count += 1;
    onAsked(count);
    facts[name] = { status: seen.status, code: seen.code, words: seen.words };
    return seen;
  };
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(PACIFIC_TIME_ZONE)
    .toPlainDate();
  const behaviour: SettledBehaviour = {
    ...(await probeTokens(ask)),
    ...(await probeReports(ask, vendor, today, facts)),
    ...(await probeSubscriptions(ask, facts)),
  };
  return { kind: 'asc-jobs behaviour', version: 1, day: today.toString(), behaviour, facts };
}

/** Which tokens Apple takes. Up to five of these reads may be answered 401: that is what they ask. */
async function probeTokens(ask: Ask): Promise<SettledBehaviour> {
  const names = { path: APPS, query: { 'fields[apps]': 'sku', limit: '1' } };
  const known = await ask('token, as documented', names);
  if (known.status === 401) return {};
  const isIn = ({ status }: Seen): boolean => status !== 401;
  const withoutIssuedAt = await ask('token without iat', { ...names, issuedAt: 'absent' });
  const soon = await ask('token issued in 30 s', { ...names, issuedAt: 30 });
  const later = isIn(soon) ? await ask('token issued in 110 s', { ...names, issuedAt: 110 }) : undefined;
  const bare = await ask('scope without a query, request with one', { ...names, scope: [`GET ${APPS}`] });
  const more = await ask('request with more parameters than the scope', {
    path: APPS,
    query: { 'fields[apps]': 'sku', 'filter[sku]': 'none-of-this-name' },
    scope: [`GET ${APPS}?fields[apps]=sku`],
  });
  return {
    missingIssuedAt: isIn(withoutIssuedAt) ? 'accepted' : 'refused',
    clockToleranceSeconds: later !== undefined && isIn(later) ? 110 : isIn(soon) ? 30 : 0,
    scopeEntryWithoutQuery: isIn(bare) ? 'any-query' : 'only-without-query',
    scopeExtraParameters: isIn(more) ? 'allowed' : 'refused',
  };
}

const report = (
  vendor: string,
  name: string,
  date: string,
  version: string | undefined,
): Record<string, string> => {
  const [type = '', subType = '', frequency = ''] = name.split('/');
  return {
    'filter[frequency]': frequency,
    'filter[reportDate]': date,
    'filter[reportSubType]': subType,
    'filter[reportType]': type,
    'filter[vendorNumber]': vendor,
    ...(version !== undefined && { 'filter[version]': version }),
  };
};

async function probeReports(
  ask: Ask,
  vendor: string,
  today: Temporal.PlainDate,
  facts: Record<string, unknown>,
): Promise<SettledBehaviour> {
  const answers = await askForReports(ask, vendor, today);
  if (answers === undefined) return {};
  const { headers } = answers.usual;
  facts['headers of a report'] = {
    contentType: headers.get('content-type')?.split(';')[0],
    contentEncoding: headers.get('content-encoding'),
    rateLimit: headers.get('x-rate-limit')?.replace(/(remaining|rem):\d+/g, '$1:?'),
  };
  return settledByReports(answers);
}

type Answer = Awaited<ReturnType<Ask>>;
type ReportAnswers = Record<
  'usual' | 'onlyJson' | 'onlyGzip' | 'newest' | 'retired' | 'month' | 'newsstand',
  Answer
>;

/** @returns `undefined` where the key may not read reports */
async function askForReports(
  ask: Ask,
  vendor: string,
  today: Temporal.PlainDate,
): Promise<ReportAnswers | undefined> {
  const day = today.subtract({ days: 3 }).toString();
  const gzip = (question: string, name: string, date: string, version?: string) =>
    ask(question, { path: SALES, query: report(vendor, name, date, version), accept: GZIP });
  const daily = report(vendor, 'SALES/SUMMARY/DAILY', day, '1_0');
  const usual = await ask('daily sales', { path: SALES, query: daily, accept: `${GZIP}, application/json` });
  if (usual.status === 401 || usual.status === 403) return undefined;
  const onlyJson = await ask('daily sales, Accept: application/json', { path: SALES, query: daily });
  const onlyGzip = await gzip('daily sales, Accept: application/a-gzip', 'SALES/SUMMARY/DAILY', day, '1_0');
  await gzip('daily sales, no version', 'SALES/SUMMARY/DAILY', day);
  const longAgo = today.subtract({ days: 400 }).toString();
  await gzip('daily sales of 400 days ago', 'SALES/SUMMARY/DAILY', longAgo, '1_0');
  const newest = await gzip('subscriptions, version 1_4', 'SUBSCRIPTION/SUMMARY/DAILY', day, '1_4');
  const retired = await gzip('subscriptions, version 1_2', 'SUBSCRIPTION/SUMMARY/DAILY', day, '1_2');
  await gzip('subscribers, version 1_4', 'SUBSCRIBER/DETAILED/DAILY', day, '1_4');
  const presentMonth = today.toString().slice(0, 7);
  const month = await gzip(
    'monthly sales of the present month',
    'SALES/SUMMARY/MONTHLY',
    presentMonth,
    '1_0',
  );
  const newsstand = await gzip('a report that nobody has', 'NEWSSTAND/DETAILED/DAILY', day, '1_0');
  return { usual, onlyJson, onlyGzip, newest, retired, month, newsstand };
}

function settledByReports({
  usual,
  onlyJson,
  onlyGzip,
  newest,
  retired,
  month,
  newsstand,
}: ReportAnswers): SettledBehaviour {
  const rate = usual.headers.get('x-rate-limit');
  return {
    ...(onlyJson.status === 406
      ? { reportAccept: 'must-accept-gzip' }
      : onlyGzip.status === 406
        ? { reportAccept: 'must-not-ask-for-gzip' }
        : { reportAccept: 'anything' }),
    ...(usual.isGzip && {
      reportContentEncoding: usual.headers.get('content-encoding') === 'agzip' ? 'agzip' : 'none',
    }),
    ...(rate?.includes('minute') && { rateLimitHeaders: rate.includes(',') ? 'two' : 'one' }),
    ...(newsstand.words === 'invalid-vendor' && { vendorWithoutDataOfType: 'invalid-vendor' }),
    ...(newsstand.words === 'no-sales' && { vendorWithoutDataOfType: 'no-sales' }),
    ...(month.words === 'not-available' && { longReportNotGenerated: 'not-available-yet' }),
    ...(month.words === 'no-sales' && { longReportNotGenerated: 'no-sales' }),
    // Only where the newest version has a report does "no sales" of an older one say anything.
    ...(retired.status === 400 && retired.words === 'latest-version' && { retiredReportVersion: 'refused' }),
    ...(newest.isGzip && retired.words === 'no-sales' && { retiredReportVersion: 'no-sales' }),
  };
}

/** Prices, where there is a subscription and the key may read it. Its ids are used and never written down. */
async function probeSubscriptions(ask: Ask, facts: Record<string, unknown>): Promise<SettledBehaviour> {
  const id = await firstSubscription(ask);
  if (id === undefined) return {};
  const points = `/v1/subscriptions/${id}/pricePoints`;
  const everywhere = await ask('price points of all territories', { path: points, query: { limit: '1' } });
  await ask('price points, a page of 8001', {
    path: points,
    query: { 'filter[territory]': 'USA', limit: '8001' },
  });
  const csv = await ask('price points as CSV', {
    path: points,
    query: { 'filter[territory]': 'USA', limit: '1' },
    accept: 'text/csv',
  });
  facts['CSV of price points'] = { contentType: csv.headers.get('content-type')?.split(';')[0] };
  const prices = await ask('prices without a plan', {
    path: `/v1/subscriptions/${id}/prices`,
    query: { limit: '200' },
  });
  const records = listSchema.safeParse(prices.json).data?.data ?? [];
  facts['fields of a price'] = [
    ...new Set(records.flatMap(({ attributes }) => Object.keys(attributes))),
  ].sort();
  const plans = new Set(records.map(({ attributes }) => attributes['planType']));
  return {
    ...(everywhere.status === 200 && { subscriptionPricePointsNeedTerritory: false }),
    ...(everywhere.status === 400 && { subscriptionPricePointsNeedTerritory: true }),
    ...(plans.has('MONTHLY') && { subscriptionPricesWithoutPlan: 'every-plan' }),
  };
}

async function firstSubscription(ask: Ask): Promise<string | undefined> {
  const idIn = ({ json }: Seen): string | undefined => listSchema.safeParse(json).data?.data[0]?.id;
  const apps = listSchema.safeParse(
    (await ask('apps', { path: APPS, query: { 'fields[apps]': 'sku', limit: '2' } })).json,
  ).data?.data;
  for (const { id } of apps ?? []) {
    const group = idIn(
      await ask('groups of subscriptions', {
        path: `/v1/apps/${id}/subscriptionGroups`,
        query: { limit: '1' },
      }),
    );
    if (group === undefined) continue;
    const subscriptions = `/v1/subscriptionGroups/${group}/subscriptions`;
    const found = idIn(await ask('subscriptions of a group', { path: subscriptions, query: { limit: '1' } }));
    if (found !== undefined) return found;
  }
  return undefined;
}
