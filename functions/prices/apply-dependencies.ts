import type { Clock, Sleep } from '../platform/clock.ts';
import type { SendEvents } from '../platform/event-sender.ts';
import type { Log } from '../platform/log.ts';
import type { RecordMetric } from '../platform/metrics.ts';
import type { PriceRules } from './limits.ts';
import type { PriceAudit } from './price-audit.ts';
import type { PriceBook } from './price-book.ts';
import type { PriceLedger } from './price-ledger.ts';
import type { Product } from './product.ts';

export type ApplyDependencies = {
  ledger: PriceLedger;
  audit: PriceAudit;
  /** The product's prices at Apple, with the team's own key. Throws JobError for a team without price settings. */
  book(team: string, product: Product): PriceBook;
  rules(team: string): PriceRules;
  clock: Clock;
  sleep: Sleep;
  /** Milliseconds that this invocation may still run. */
  remainingMillis: () => number;
  sendEvents: SendEvents;
  log: Log;
  metric: RecordMetric;
};
