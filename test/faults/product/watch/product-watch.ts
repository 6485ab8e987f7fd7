import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import type { Actor } from '../../../histories/turns.ts';
import type { ProductTeam } from '../apple/product-apple.ts';
import { DeadKeys } from './dead-keys.ts';
import { KeyWatch } from './key-watch.ts';
import { MovesTold } from './moves-told.ts';
import { PriceWatch } from './price-watch.ts';
import { ReportWatch } from './report-watch.ts';
import { RequestPace } from './request-pace.ts';
import type { Must, Watched } from './watched.ts';

/** Holds the product's promises against all that happens, and in the end against what is left. */
export class ProductWatch {
  readonly deadKeys: DeadKeys;
  readonly pace: RequestPace;
  readonly moves = new MovesTold();
  readonly reports: ReportWatch;
  readonly prices: PriceWatch;
  readonly keys: KeyWatch;
  readonly events: OutgoingEvent[] = [];
  #broken: unknown;

  constructor(watched: Watched) {
    const must: Must = (check) => this.#must(check);
    this.deadKeys = new DeadKeys(watched.clock);
    this.pace = new RequestPace(watched.clock);
    this.reports = new ReportWatch(watched, must);
    this.prices = new PriceWatch(watched, this.moves, must);
    this.keys = new KeyWatch(watched, this.deadKeys, must);
  }

  /** The first promise that was broken. */
  get broken(): unknown {
    return this.#broken ?? this.moves.broken;
  }

  /** A worker has asked for its turn in the pace of a key. */
  sawTurn(...turn: Parameters<RequestPace['sawTurn']>): void {
    this.#must(() => this.pace.sawTurn(...turn));
  }

  /** A worker calls Apple, with or without a turn. */
  sawPacedCall(actor: Actor, request: string): void {
    this.#must(() => this.pace.sawCall(actor, request));
  }

  /** All has come to rest for these teams. @returns how many partitions of reports they have */
  judge(teams: readonly ProductTeam[]): number {
    const partitions = this.reports.judge(teams, this.events);
    this.prices.judge(teams, this.events);
    return partitions;
  }

  /** Remembers the first broken promise: whoever meets it may be killed before it could tell. */
  #must(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error;
    }
  }
}
