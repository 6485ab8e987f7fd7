import type { Chance } from '../../engine/chance.ts';
import { createMemoryLake } from '../../histories/memory-lake.ts';
import { STARTS } from '../../histories/surroundings.ts';
import { LEDGER_TABLES } from '../../ledgers/tables.ts';
import { createMemoryTables } from '../../memory-tables/memory-documents.ts';
import { emptyLedger } from '../../prices/memory.ts';
import type { KeyHistory } from './actors/memory-access.ts';
import { ProductAnswers } from './actors/product-answers.ts';
import { ProductCalls } from './actors/product-calls.ts';
import { createSimulatedNow } from './actors/product-clock.ts';
import { ProductFunctions } from './actors/product-functions.ts';
import { ProductQueue } from './actors/product-queue.ts';
import { ProductReconciler } from './actors/product-reconciler.ts';
import { ProductRotations } from './actors/product-rotations.ts';
import { ProductTrouble } from './actors/product-trouble.ts';
import { ProductWorkers } from './actors/product-workers.ts';
import { createProductApple } from './apple/product-apple.ts';
import { ProductKeys } from './apple/product-keys.ts';
import { drawSettings, TEAMS } from './apple/product-teams.ts';
import { ReportsOfAHistory } from './apple/reports-of-a-history.ts';
import { RequestLimits } from './apple/request-limits.ts';
import { ProductWatch } from './watch/product-watch.ts';
import { WatchedItems } from './watch/watched-items.ts';

const HOUR = 3_600_000;

/** What a history is played with: Apple, the stores, the functions, and who watches them. */
export type ProductParts = ReturnType<typeof createProductParts>;

/** Apple and the stores, under one clock and one watch. */
function createSurroundings(chance: Chance) {
  /** Epoch milliseconds. */
  const start = Date.parse(chance.pick(STARTS)) + chance.below(48) * HOUR;
  const clock = createSimulatedNow(start);
  const settings = drawSettings(chance);
  const apple = createProductApple(clock, TEAMS, (team, kind, write, sent) =>
    watch.prices.sawWrite(team, kind, write, sent),
  );
  const items = new WatchedItems(TEAMS, (before, after) => watch.reports.sawItem(before, after));
  const tables = createMemoryTables(LEDGER_TABLES, (table, _, after) => {
    if (table === 'Reports') items.saw(after);
    else watch.pace.sawItem(after);
  });
  const lake = createMemoryLake();
  const prices = emptyLedger();
  const watch: ProductWatch = new ProductWatch({
    ...{ clock, settings, apple, teams: TEAMS },
    items: items.partitions,
    objects: lake.objects,
    changes: prices.changes,
  });
  const reports = new ReportsOfAHistory(apple.reports, clock);
  return { start, clock, settings, apple, reports, items, tables, lake, prices, watch };
}

/** Everything that a history is played with, as its chance draws it. */
export function createProductParts(chance: Chance) {
  const surroundings = createSurroundings(chance);
  const { clock, settings, apple, watch, tables, reports, lake, prices } = surroundings;
  const queue = new ProductQueue(clock);
  const keys = new ProductKeys(apple, clock, (secretName, versionId, by) => {
    const rotation = rotations.rotations.find((one) => one.versionId === versionId);
    watch.keys.sawCurrent(secretName, versionId, by === 'hand' ? undefined : rotation);
  });
  const limits = new RequestLimits(clock, chance);
  const trouble = new ProductTrouble(clock, chance);
  const history: KeyHistory = new Map();
  const shared = { clock, apple, keys, watch, limits, trouble, history };
  const answers = new ProductAnswers({ ...shared, reports });
  const calls = new ProductCalls({ ...shared, tables, answers });
  const around = { clock, settings, calls, watch };
  const workers = new ProductWorkers({ ...around, trouble, queue });
  const functions = new ProductFunctions({ ...around, queue, tables, lake, prices });
  const reconciler = new ProductReconciler({
    ...around,
    moves: watch.moves,
    accepting: (actor) => functions.registering(actor),
  });
  const rotations: ProductRotations = new ProductRotations({ ...around, keys });
  const actors = { workers, functions, reconciler, rotations };
  return { ...surroundings, ...actors, queue, keys, limits, trouble, answers, calls };
}
