import type { PublishEvents } from '../../events/event-publisher.ts';
import { outgoingEvent } from '../../events/event-types.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import { dayTableKey, PRICE_LIST } from '../../tables/own-table.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { canonicalJson } from '../request/price-request.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import { dayMovesOf } from './day-moves.ts';
import type { MoveLog } from './move-log.ts';
import { isOwn, type Move, movesOf } from './moves.ts';
import { ownChanges, productOf } from './own-changes.ts';
import type { PriceReader, Storefronts } from './price-row.ts';
import type { PriceTableFile } from './price-table.ts';
import { type Progress, readProducts } from './read-products.ts';
import { storefrontMoves, summaryOf } from './summary.ts';
import type { PublishedList, Run, WatchState } from './watch-state.ts';

/** A day's table being written, and the way into the bucket. */
export type StoredTable = PriceTableFile & { store(key: string): Promise<void> };

export type WatchDependencies = {
  settings: Settings;
  /** Apple's view of a team, with its price key. */
  reader(team: string): PriceReader;
  state(team: string): WatchState;
  ledger: Pick<PriceLedger, 'changesSince'>;
  audit: AuditLog;
  /** Starts the file of a day's table on the function's disk. */
  openTable(team: string): Promise<StoredTable>;
  /** Keeps what moved, product by product. */
  moveLog: MoveLog;
  sendEvents: PublishEvents;
  remainingMillis: () => number;
  clock: Clock;
  log: Log;
};

/** What a run did for a team. */
export type Watched = {
  team: string;
  day: string;
  /** `done`: nothing was left to do. `baseline`: the first day. `waiting`: the next run goes on. */
  result: 'done' | 'baseline' | 'same' | 'changed' | 'waiting';
  products: number;
  reason?: string;
  /** No day was finished for two days or more. */
  isLate?: true;
};

/** Teams have keys, and so quotas, of their own. */
const TEAMS_AT_ONCE = 4;
/** What it takes to compare and to write the table, in all and per product. */
const FINISH_MILLIS = 30_000;
const FINISH_PRODUCT_MILLIS = 5;
const PIECES_AHEAD = 32;
const LATE_DAYS = 2;

/**
 * Reads the whole price list of every team with `"watch": "all"`, once per Pacific day, writes the day's table and
 * tells what moved without a change of ours. A run that is interrupted is continued by the next one; days that were
 * never finished are skipped, and the next finished day is compared with the last one before.
 */
export async function watchPrices(deps: WatchDependencies): Promise<Watched[]> {
  const teams = deps.settings.teams.filter(
    ({ keys, prices }) => keys.prices !== undefined && prices?.watch === 'all',
  );
  const results: Watched[] = [];
  const waiting = await Promise.all(
    teams.map(async ({ name }) => ({ name, lastPublished: await deps.state(name).lastPublished() })),
  );
  // Whoever has waited longest comes first.
  const inOrder = waiting.toSorted((a, b) =>
    (a.lastPublished?.day ?? '') < (b.lastPublished?.day ?? '') ? -1 : 1,
  );
  await forEachConcurrently(inOrder, TEAMS_AT_ONCE, async ({ name, lastPublished }) => {
    const watched = await watchTeam(deps, name, lastPublished);
    deps.log[watched.result === 'waiting' ? 'warn' : 'info']('Watched the prices of a team', watched);
    results.push(watched);
  });
  return results;
}

async function watchTeam(
  deps: WatchDependencies,
  team: string,
  lastPublished: PublishedList | undefined,
): Promise<Watched> {
  const day = pacificToday(deps.clock.now());
  if (lastPublished?.day === day) return { team, day, result: 'done', products: 0 };
  try {
    const run = await runOf(deps, team, day, lastPublished);
    const state = deps.state(team);
    const progress = await readProducts({ ...deps, reader: deps.reader(team), state }, run, lastPublished);
    const products = run.products.length - progress.missing;
    if (progress.missing > 0 || deps.remainingMillis() < finishMillis(run)) {
      const reason = progress.stopped ?? 'the time of this run is used up';
      return { team, day, result: 'waiting', products, reason, ...late(day, lastPublished) };
    }
    return { team, day, result: await finishDay(deps, team, run, lastPublished, progress), products };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return { team, day, result: 'waiting', products: 0, reason: error.message, ...late(day, lastPublished) };
  }
}

const finishMillis = ({ products }: Run): number => FINISH_MILLIS + products.length * FINISH_PRODUCT_MILLIS;

const late = (day: string, lastPublished: PublishedList | undefined): { isLate?: true } =>
  lastPublished !== undefined && Date.parse(day) - Date.parse(lastPublished.day) > LATE_DAYS * DAY_MILLIS
    ? { isLate: true }
    : {};

/** The run of the day: the one that has begun, or a new one. */
async function runOf(
  deps: WatchDependencies,
  team: string,
  day: string,
  lastPublished: PublishedList | undefined,
): Promise<Run> {
  const state = deps.state(team);
  const begun = await state.run();
  if (begun?.day === day) return begun;
  const reader = deps.reader(team);
  const startedAt = deps.clock.now();
  const storefronts = await storefrontsOf(reader, lastPublished);
  const run = { day, startedAt, storefronts, products: await reader.products(), failures: {} };
  await state.saveRun(run);
  return run;
}

/** A storefront that is gone is believed when Apple leaves it out twice. */
async function storefrontsOf(
  reader: PriceReader,
  lastPublished: PublishedList | undefined,
): Promise<Storefronts> {
  const storefronts = await reader.storefronts();
  const isLess = Object.keys(lastPublished?.storefronts ?? {}).some(
    (territory) => !(territory in storefronts),
  );
  return isLess ? reader.storefronts() : storefronts;
}

/** In the order of the run, some read ahead. */
async function* piecesOf(state: WatchState, { products }: Run) {
  for (let start = 0; start < products.length; start += PIECES_AHEAD) {
    const pieces = await Promise.all(
      products
        .slice(start, start + PIECES_AHEAD)
        .map(async (product) => ({ product, piece: await state.piece(product) })),
    );
    yield* pieces;
  }
}

/** Stores table and moves, sends the event, and last marks the day as told. A worker that ends before repeats the same. */
async function finishDay(
  deps: WatchDependencies,
  team: string,
  run: Run,
  lastPublished: PublishedList | undefined,
  { unread }: Progress,
): Promise<'baseline' | 'same' | 'changed'> {
  const state = deps.state(team);
  const table = await deps.openTable(team);
  const moves: Move[] = [];
  const own = ownChanges(deps, team);
  for await (const { product, piece } of piecesOf(state, run)) {
    if (piece?.read.day !== run.day) continue;
    table.add(product, piece.read.lists);
    const { base } = piece;
    if (base === undefined || lastPublished === undefined) continue;
    for (const move of movesOf(product, base.lists, piece.read.lists, run.day))
      if (!isOwn(move, await own(productOf(move), base.at))) moves.push(move);
  }
  const tableKey = dayTableKey(PRICE_LIST, team, run.day);
  await table.store(tableKey);
  const summary = lastPublished && summaryOf(moves, lastPublished.storefronts, run.storefronts);
  if (lastPublished !== undefined && summary !== undefined) {
    const facts = {
      team,
      day: run.day,
      since: lastPublished.day,
      ...(unread.length > 0 && { unread: unread.length }),
      tableKey,
    };
    await deps.moveLog.write(
      dayMovesOf(facts, storefrontMoves(lastPublished.storefronts, run.storefronts), moves),
    );
    const detail = { ...facts, ...summary };
    await deps.sendEvents([
      outgoingEvent('Apple Changed Prices', { id: sha256Hex(canonicalJson(detail)), ...detail }),
    ]);
  }
  await state.savePublished({ day: run.day, startedAt: run.startedAt, storefronts: run.storefronts });
  return lastPublished === undefined ? 'baseline' : summary === undefined ? 'same' : 'changed';
}
