import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { JobError } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { PriceReader, Storefronts, WatchedList, WatchedProduct } from './price-row.ts';
import {
  keyOf,
  type Piece,
  type PublishedList,
  type Run,
  type WatchState,
  withReading,
} from './watch-state.ts';

/** Apple's pace for a key is waited for by the client; more at once gains nothing. */
const CONCURRENCY = 4;
/** With less time than this no further product is begun. */
const READ_MILLIS = MINUTE_MILLIS;
/** A product that could not be read so often on a day is left out of the day, and named. */
const ATTEMPTS_PER_DAY = 3;
/** Failures in a row that are Apple's rather than a product's. */
const FAILURES_IN_A_ROW = 5;

export type ReadDependencies = {
  reader: PriceReader;
  state: WatchState;
  remainingMillis: () => number;
  log: Log;
};

/** How far a day has come. `stopped`: why the run ends here; the next one goes on. */
export type Progress = { missing: number; unread: readonly string[]; stopped?: string };

/** Reads every product of the day that was not read yet, and keeps each at once. */
export async function readProducts(
  deps: ReadDependencies,
  run: Run,
  lastPublished: PublishedList | undefined,
): Promise<Progress> {
  const attempts = new Attempts(run.failures);
  let missing = 0;
  await forEachConcurrently(run.products, CONCURRENCY, async (product) => {
    const key = keyOf(product);
    if (attempts.isGivenUp(key)) return;
    const piece = await deps.state.piece(product);
    if (piece?.read.day === run.day) return;
    if (deps.remainingMillis() < READ_MILLIS) attempts.stop('the time of this run is used up');
    if (attempts.stopped !== undefined) {
      missing += 1;
      return;
    }
    try {
      const lists = await readTwiceIfLess(deps.reader, product, piece, run.storefronts);
      const read = { day: run.day, at: run.startedAt, lists };
      await deps.state.savePiece(product, withReading(piece, read, lastPublished));
      attempts.succeeded();
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      deps.log.warn('The prices of a product cannot be read', { product: key, error });
      attempts.failed(key, error);
      if (!attempts.isGivenUp(key)) missing += 1;
    }
  });
  const failures = attempts.failures();
  if (Object.keys(failures).length > 0) await deps.state.saveRun({ ...run, failures });
  const unread = run.products.map(keyOf).filter((key) => attempts.isGivenUp(key));
  return { missing, unread, ...(attempts.stopped !== undefined && { stopped: attempts.stopped }) };
}

/** Which products could not be read on a day, and whether the run has to stop. */
class Attempts {
  readonly #failures: Map<string, number>;
  #inARow = 0;
  #stopped: string | undefined;

  constructor(failures: Readonly<Record<string, number>>) {
    this.#failures = new Map(Object.entries(failures));
  }

  /** Why no further product is read in this run. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  stop(reason: string): void {
    this.#stopped ??= reason;
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  /** An error that concerns every product stops the run, and so do several products in a row. */
  failed(key: string, error: JobError): void {
    if (isOfTeam(error)) {
      this.stop(error.message);
      return;
    }
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1);
    this.#inARow += 1;
    if (this.#inARow >= FAILURES_IN_A_ROW) this.stop(error.message);
  }

  isGivenUp(key: string): boolean {
    return (this.#failures.get(key) ?? 0) >= ATTEMPTS_PER_DAY;
  }

  failures(): Record<string, number> {
    return Object.fromEntries(this.#failures);
  }
}

/** What concerns every product of the team: its key, its quota, the time that is left. */
const isOfTeam = (error: JobError): boolean =>
  error instanceof KeySecretError ||
  error instanceof KeySecretUnreadableError ||
  (error instanceof AppStoreConnectError &&
    [
      'UNAUTHORIZED',
      'KEY_REFUSED',
      'AGREEMENT_UNSIGNED',
      'RATE_LIMITED',
      'BUDGET_RESERVED',
      'DEADLINE',
      'NETWORK',
    ].includes(error.code));

/** A territory that is gone is believed when Apple leaves it out twice: a list may have been cut short. */
async function readTwiceIfLess(
  reader: PriceReader,
  product: WatchedProduct,
  piece: Piece | undefined,
  storefronts: Storefronts,
): Promise<WatchedList[]> {
  const lists = await reader.lists(product);
  const isLess = (piece?.read.lists ?? []).some(({ plan, rows }) => {
    const now = new Set(
      lists.find((list) => list.plan === plan)?.rows.map(({ territory }) => territory) ?? [],
    );
    return rows.some(({ territory }) => territory in storefronts && !now.has(territory));
  });
  return isLess ? reader.lists(product) : lists;
}
