import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiKey } from '../../../functions/app-store-connect/diagnosis/api-key.ts';
import type { Examination } from '../../../functions/keys/check/examine-key.ts';
import { reviewsRead } from '../../../functions/keys/check/probe-reads.ts';
import { today } from '../../../functions/reports/analytics/names/processing-date.ts';
import { REVIEWS_TABLE } from '../../../functions/reports/reviews/names/review-series.ts';
import { openLakeCopy } from '../../../local/lake/open-tables.ts';
import type { Remembered } from '../../../local/try/folder.ts';
import { appleUrlIn } from '../../deployment/apple-url.ts';
import type { Io } from '../../terminal/io.ts';
import { plain, renderTable } from '../../terminal/table.ts';
import { probeFor } from '../probe-for.ts';
import { type AppsOption, allApps, namedApps } from './choose-apps.ts';

const OPTION: AppsOption = { name: '--reviews', does: 'reviews are fetched of', mostApps: 20 };

/** What to fetch in this call, and what to remember for the next: a key without the right is no reason to forget. */
export type ReviewsChoice = { remembered: Remembered; reviewApps: readonly string[] };

/**
 * The apps whose reviews the person asks for now or has asked for before. One review of the first app is read: a key
 * that may not is told in one line, and everything else is fetched without it.
 *
 * @param given `asked`: `true` for all apps, or their Apple IDs apart by commas
 * @throws JobError `OPTIONS_INVALID` for what is no Apple ID
 */
export async function withReviews(
  io: Io,
  key: ApiKey,
  remembered: Remembered,
  { asked, examination }: { asked: boolean | string; examination: Examination },
): Promise<ReviewsChoice> {
  const before = remembered.reviewApps ?? [];
  if (asked === false && before.length === 0) return { remembered, reviewApps: [] };
  const named = typeof asked === 'string' ? namedApps(asked, OPTION) : [];
  if (asked === true && examination.mayReadApps !== true) {
    io.err(LEFT_OUT);
    return { remembered, reviewApps: [] };
  }
  const found = asked === true ? await allApps(io, key, OPTION) : named;
  const reviewApps = [...new Set([...before, ...found])];
  const [first] = reviewApps;
  if (first === undefined) return { remembered, reviewApps };
  const stored = { key, versionId: key.keyId, versionCreatedAt: io.now() };
  const probe = await probeFor(io, appleUrlIn(io.env))(stored, reviewsRead(first));
  const chosen = { ...remembered, reviewApps };
  if (probe.outcome !== 'refused') return { remembered: chosen, reviewApps };
  io.err(LEFT_OUT);
  return { remembered: chosen, reviewApps: [] };
}

const LEFT_OUT =
  'Reviews are left out: this key may not read them. It takes a role with access to apps, such as Customer Support or Admin, beside the one for reports.\n';

/** The stored reviews of an app. `meanStars` has two decimals. */
export type AppReviews = { app: string; name: string; stored: number; month: number; meanStars: string };

/**
 * Counts the reviews in the folder by app; most reviews first.
 *
 * @param lake the directory of the bucket
 * @param now the 30 Pacific days end with its day
 */
export async function reviewsIn(lake: string, now: number): Promise<AppReviews[]> {
  // Opening the tables costs a second: not where no reviews were ever fetched.
  if (!existsSync(join(lake, 'tables', REVIEWS_TABLE))) return [];
  const { ask, has } = await openLakeCopy(lake);
  if (!has('reviews_daily')) return [];
  const names = has('products')
    ? '(SELECT product_id, min(name) AS name FROM products GROUP BY product_id)'
    : '(SELECT NULL::VARCHAR AS product_id, NULL::VARCHAR AS name)';
  const rows =
    await ask(`SELECT r.app_id AS app, coalesce(min(p.name), r.app_id) AS name, sum(r.reviews)::INTEGER AS stored,
      coalesce(sum(r.reviews) FILTER (WHERE r.created_day > DATE '${today(now)}' - 30), 0)::INTEGER AS month,
      (sum(r.stars)::DOUBLE / sum(r.reviews))::DECIMAL(3,2)::VARCHAR AS mean
    FROM reviews_daily AS r LEFT JOIN ${names} AS p ON p.product_id = r.app_id
    GROUP BY r.app_id ORDER BY stored DESC, app`);
  return rows.map(({ app, name, stored, month, mean }) => ({
    app: String(app),
    name: String(name),
    stored: Number(stored),
    month: Number(month),
    meanStars: String(mean),
  }));
}

/** A table of the apps; none where no reviews are stored. */
export function renderReviews(io: Io, apps: readonly AppReviews[]): string[] {
  if (apps.length === 0) return [];
  const rows = apps.map(({ name, stored, month, meanStars }) => [
    plain(name),
    String(stored),
    String(month),
    meanStars,
  ]);
  return [`Reviews with a text\n${renderTable(io, ['app', 'stored', '30 days', 'mean stars'], rows)}`];
}
