import type { EffectPreview } from '../../../events/effect-preview.ts';
import type { PublishEvents } from '../../../events/event-publisher.ts';
import type { Log } from '../../../platform/logging/log.ts';
import type { RecordMetric } from '../../../platform/logging/metrics.ts';
import type { Clock, Sleep } from '../../../platform/util/clock.ts';
import type { PriceRules } from '../../plan/limits.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PriceList } from '../../plan/price-list.ts';
import type { Product } from '../../request/product.ts';
import type { AuditLog } from '../../store/audit-log.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';

export type ApplyDependencies = {
  ledger: PriceLedger;
  audit: AuditLog;
  /** The product's prices at Apple, with the team's own key. Throws JobError for a team without price settings. */
  priceList(team: string, product: Product): PriceList;
  rules(team: string): PriceRules;
  clock: Clock;
  sleep: Sleep;
  /** Milliseconds that this invocation may still run. */
  remainingMillis: () => number;
  sendEvents: PublishEvents;
  log: Log;
  metric: RecordMetric;
  /** How large an effect of a plan that waits would show; absent where nothing measures effects. Never fails. */
  previewEffect?: (plan: Plan) => Promise<EffectPreview | undefined>;
  /** Told of each change that is over or waits: a campaign goes on with it. Never fails. */
  atRest?: (record: ChangeRecord) => Promise<void>;
};
