import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { PlanOnly } from '../ask/plan-client.ts';
import type { FindProduct } from '../names/find-product.ts';
import type { Plan } from '../plan/plan.ts';
import type { Origin } from '../request/origin.ts';
import type { QueueChange } from '../store/change-queue.ts';
import type { ChangeState } from '../store/change-record.ts';
import type { RefusedRequests } from '../store/kept/refused-requests.ts';
import type { PriceLedger } from '../store/price-ledger.ts';

/** What registering a change needs. */
export type RequestDependencies = {
  settings: Settings;
  ledger: PriceLedger;
  queueChange: QueueChange;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
  /** How the request arrived; recorded beside the names that it claims. */
  origin?: Origin;
};

export type AcceptDependencies = RequestDependencies & {
  findProduct: FindProduct;
  /** Plans without sending: the only function that may read the price key does it. */
  planOnly: PlanOnly;
  /** Requests that were refused and may be delivered again. */
  refusals: RefusedRequests;
};

/** What planning needs: nothing that could register or send a change. */
export type PlanDependencies = Pick<AcceptDependencies, 'settings' | 'clock' | 'planOnly' | 'findProduct'> & {
  ledger: Pick<PriceLedger, 'change' | 'changesSince'>;
};

/** The answer to a request. `changeId` is the idempotency key; the change is followed by it. */
export type AcceptAnswer = {
  /** `planning`: the plan of a dry run takes longer; ask again after `afterMillis`. */
  status: 'accepted' | 'duplicate' | 'rejected' | 'planned' | 'planning';
  changeId?: string;
  /** Of a duplicate: where the first one stands. */
  state?: ChangeState;
  outcome?: string;
  /** Of a duplicate: the change that has taken the first one back. */
  rolledBackBy?: string;
  afterMillis?: number;
  reason?: string;
  plan?: Plan;
  planKey?: string;
  /** What a person should know before the change goes on. */
  warnings?: readonly string[];
  problems?: readonly Problem[];
};
