import * as z from 'zod';
import type { ReadResponse } from '../../app-store-connect/client/client-options.ts';
import type { ApiRead } from '../../app-store-connect/protocol/api-request.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';
import type { KeyUse } from '../store/key-use.ts';

/** Vendors that are asked for, at most: each costs one request per check. */
const MAXIMUM_VENDORS = 10;

/** Stands in for a vendor number where none is given: Apple says that it is invalid, or that the key may not ask. */
export const NO_VENDOR = '80000000';

/** Reads that price changes need and reports do not. Whether a key may write prices no read can prove. */
export const APPS: ApiRead = { path: '/v1/apps', query: { limit: '1' } };
const TERRITORIES: ApiRead = { path: '/v1/territories', query: { limit: '1' } };

/** What Apple is asked to see whether a key may do its job: one read per endpoint and vendor that the job needs. */
export function readsFor({ job, settings }: KeyUse, now: number): readonly [ApiRead, ...ApiRead[]] {
  if (job === 'prices') return [APPS, TERRITORIES];
  const numbers = settings.vendors.map(({ number }) => number).slice(0, MAXIMUM_VENDORS);
  const [first = NO_VENDOR, ...others] = numbers;
  const withFinance = settings.vendors.find(({ reports }) =>
    reports.some((name) => name.startsWith('FINANC')),
  );
  return [
    salesOf(first, now),
    ...others.map((number) => salesOf(number, now)),
    ...(withFinance === undefined ? [] : [financeOf(withFinance.number, now)]),
    ...reviewsOf(settings),
  ];
}

/** One review of the first app whose reviews are kept: a key that reads sales may be one that does not see apps. */
function reviewsOf({ reviews, apps = [] }: KeyUse['settings']): ApiRead[] {
  if (reviews === undefined) return [];
  const [app] = (reviews === true ? undefined : reviews.apps) ?? apps.map(({ id }) => id);
  return app === undefined ? [] : [reviewsRead(app)];
}

/** One review of an app: whether the key may read reviews. */
export const reviewsRead = (app: string): ApiRead => ({
  path: `/v1/apps/${app}/customerReviews`,
  query: { limit: '1' },
});

/** A report of two days ago is there, or Apple says that nothing was sold: both prove the right. */
export const salesOf = (vendor: string, now: number): ApiRead => ({
  path: '/v1/salesReports',
  query: {
    'filter[frequency]': 'DAILY',
    'filter[reportDate]': utcDay(now - 2 * DAY_MILLIS),
    'filter[reportSubType]': 'SUMMARY',
    'filter[reportType]': 'SALES',
    'filter[vendorNumber]': vendor,
    'filter[version]': '1_0',
  },
});

/** The finance report of about three months ago: generated, or empty, for certain. */
export const financeOf = (vendor: string, now: number): ApiRead => ({
  path: '/v1/financeReports',
  query: {
    'filter[regionCode]': 'ZZ',
    'filter[reportDate]': utcDay(now - 90 * DAY_MILLIS).slice(0, 7),
    'filter[reportType]': 'FINANCIAL',
    'filter[vendorNumber]': vendor,
  },
});

/** More than the first page of a list with one entry, less than anybody could be harmed by. */
const MAXIMUM_BODY_BYTES = 256 * 1024;
const GZIP = [0x1f, 0x8b];
const listSchema = z.object({ data: z.array(z.unknown()) });

/**
 * Whether a successful response is Apple's: a gzip file or a list. A portal or proxy answers 200 with a page of its
 * own, which proves nothing about a key.
 *
 * @throws AppStoreConnectError `UNEXPECTED_ANSWER`
 */
export const expectApples: ReadResponse<void> = async (response) => {
  if (await isApples(response)) return;
  throw new AppStoreConnectError({
    code: 'UNEXPECTED_ANSWER',
    status: response.status,
    message: `${response.status} with a body that is neither a report nor a list (${response.headers.get('content-type')?.slice(0, 80) ?? 'no content type'}): some other server gave it`,
    facts: { response: { status: response.status, appleCode: '', detail: '', isApples: false } },
  });
};

async function isApples({ body }: Response): Promise<boolean> {
  let read = Buffer.alloc(0);
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of body ?? []) {
    read = Buffer.concat([read, chunk]);
    if (read.length >= GZIP.length && GZIP.every((byte, index) => read[index] === byte)) return true;
    if (read.length > MAXIMUM_BODY_BYTES) return false;
  }
  return readStoredJson(read.toString('utf8'), listSchema) !== undefined;
}
