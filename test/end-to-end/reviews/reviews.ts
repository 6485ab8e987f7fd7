import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { openLakeCopy } from '../../../local/lake/open-tables.ts';
import { startWorld, type World, type WorldOptions } from '../../../local/world/world.ts';
import { HOUR, MORNING } from '../reports/sales.ts';

export const APP = '6448311001';
export const SERIES = `acme/${APP}/CUSTOMER_REVIEWS`;
export const TABLE = `tables/customer_reviews/team=acme/app=${APP}`;
export const TODAY = '2026-11-24';

export const reviewsWorld = (
  reviews: unknown = { apps: [APP] },
  more: Partial<WorldOptions> = {},
): Promise<World> =>
  startWorld({
    now: MORNING,
    reportsRole: 'CUSTOMER_SUPPORT',
    settings: { teams: [{ name: 'acme', keys: { reports: 'app-store-connect/acme/reports' }, reviews }] },
    ...more,
  });

export const write = (
  { simulator, clock }: World,
  more: { rating: number; title: string; hoursAgo?: number; body?: string },
) =>
  simulator.reviews.put({
    app: APP,
    reviewerNickname: 'ada',
    ...more,
    createdAt: clock.now() - (more.hoursAgo ?? 0) * HOUR,
  });

/** Lets hours pass and runs the planner. */
export async function planAfter({ cloud, pass }: World, hours: number): Promise<void> {
  await pass(hours * HOUR);
  await cloud.invoke('PlanReports');
  await cloud.drain();
}

export const itemOf = async ({ cloud }: World, sk: string) =>
  (await readLedger(cloud)).find((item) => item.pk === SERIES && item.sk === sk);

export const eventsOf = ({ cloud }: World, type: string) =>
  cloud.events().filter((event) => event['detail-type'] === type);

export const told = (world: World) =>
  eventsOf(world, 'Review Received').map(({ detail }) => {
    const { title, rating, edited } = detail as { title: string; rating: number; edited: boolean };
    return [title, rating, edited];
  });

export async function rowsOf(world: World, order = 'report_date, seen_at, review_id') {
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));
  await copyLake(world.cloud, directory);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const sql = `SELECT report_date, title, rating::INT AS rating, change, version::INT AS version, response_body
    FROM read_parquet('${directory}/tables/customer_reviews/**/*.parquet', hive_partitioning = true) ORDER BY ${order}`;
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

/** Asks the views over the tables. */
export async function askLake(world: World, sql: string): Promise<Record<string, unknown>[]> {
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));
  await copyLake(world.cloud, directory);
  return (await openLakeCopy(directory)).ask(sql);
}
