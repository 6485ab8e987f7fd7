import type { PublishEvents } from '../../../events/event-publisher.ts';
import type { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/logging/log.ts';
import type { RecordMetric } from '../../../platform/logging/metrics.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import type { AcceptDependencies } from '../../accept/accept-dependencies.ts';
import type { FindProducts } from '../../names/products-of.ts';
import type { PriceRules } from '../../plan/limits.ts';
import type { AuditLog } from '../../store/audit-log.ts';
import type { QueueChange } from '../../store/change-queue.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import type { CampaignPlan, MemberPlan } from '../model/campaign-plan.ts';
import type { CampaignState } from '../model/campaign-record.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';

/** What registering a campaign needs. */
export type AcceptCampaignDependencies = AcceptDependencies & {
  campaigns: CampaignLedger;
  findProducts: FindProducts;
};

/** What going on with a campaign needs. */
export type CampaignDependencies = {
  ledger: PriceLedger;
  campaigns: CampaignLedger;
  audit: AuditLog;
  /** Throws JobError for a team without price settings. */
  rules(team: string): PriceRules;
  queueChange: QueueChange;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** The answer to a request for a campaign. */
export type CampaignAnswer = {
  status:
    | 'accepted'
    | 'duplicate'
    | 'rejected'
    | 'planned'
    | 'planning'
    | 'approved'
    | 'declined'
    | 'withdrawn';
  campaign?: string;
  /** Of a duplicate: where the first one stands. */
  state?: CampaignState;
  outcome?: string;
  campaignPlan?: CampaignPlan;
  /** Of a dry run in parts: these products, and the index of the next one. */
  members?: readonly MemberPlan[];
  next?: number;
  afterMillis?: number;
  reason?: string;
  warnings?: readonly string[];
  problems?: readonly Problem[];
};
