import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import type { CampaignRecord } from '../../functions/prices/campaign/model/campaign-record.ts';
import type { ChangeRecord } from '../../functions/prices/store/change-record.ts';
import type { SeriesStatus } from '../../functions/status/model/status.ts';

// What `--json` prints, see docs/commands.md. Moments are ISO 8601 in UTC; what is not known is left out. Ledgers may
// change their items; these shapes only grow.

const moment = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : new Date(millis).toISOString();

export const seriesJson = ({ team, vendor, report, frequency, days }: SeriesStatus) => ({
  team,
  vendor,
  report,
  frequency,
  days: days.map(({ date, state, item }) => ({
    date,
    state,
    rows: item?.rows,
    bytes: item?.bytes,
    sha256: item?.sha256,
    storedAt: moment(item?.storedAt),
    earlierVersions: item?.versions.length ?? 0,
    nextAttemptAt: moment(item?.nextAttemptAt),
    lastAnswer: item?.lastAnswer,
    rawKey: item?.rawKey,
    tableKey: item?.tableKey,
  })),
});

export const changeJson = (record: ChangeRecord, rolledBackBy?: string) => ({
  team: record.team,
  changeId: record.changeId,
  state: record.state,
  outcome: record.outcome,
  product: { ...record.request.product, ...record.label },
  requestedBy: record.request.requestedBy,
  reason: record.request.reason,
  approvedBy: record.approval?.by,
  acceptedAt: moment(record.acceptedAt),
  movedAt: moment(record.movedAt),
  planSha256: record.planSha256,
  rolledBackBy,
  /** Of a temporary price of a subscription. */
  wayBack: record.wayBack && { ...record.wayBack, at: moment(record.wayBack.at) },
  /** Whether anything has gone out to Apple. */
  sent: record.everSent,
  waiting:
    record.waiting === undefined
      ? undefined
      : { reason: record.waiting.reason, since: moment(record.waiting.since) },
  problems: record.problems,
  /** Apple's ids of acknowledged requests, one per wave. */
  appleRequestIds: record.acknowledgments.map(({ requestId }) => requestId),
});

export const campaignJson = (record: CampaignRecord) => ({
  team: record.team,
  campaign: record.campaign,
  state: record.state,
  outcome: record.outcome,
  products: record.members.map(({ changeId, product, label }) => ({ changeId, ...product, ...label })),
  requestedBy: record.request.requestedBy,
  reason: record.request.reason,
  approvedBy: record.approval?.by,
  acceptedAt: moment(record.acceptedAt),
  movedAt: moment(record.movedAt),
  beganAt: moment(record.beganAt),
  plan: record.plan,
  planSha256: record.planSha256,
  rollbackOf: record.request.rollbackOf,
  /** Of temporary prices of subscriptions. */
  wayBack: record.wayBack,
  problems: record.problems,
});

export const keyJson = (status: KeyStatus) => ({
  team: status.team,
  job: status.job,
  secretName: status.secretName,
  health: status.health,
  checkedAt: moment(status.checkedAt),
  lastAcceptedAt: moment(status.lastAcceptedAt),
  key: status.key,
  skewSeconds: status.skewSeconds,
  findings: status.findings,
  diagnoses: status.diagnoses,
  sharedWith: status.sharedWith,
});
