import type { EffectPreview } from '../../events/effect-preview.ts';
import type { Problem } from '../../platform/errors.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import type { Plan } from '../plan/plan.ts';
import type { ChangeRecord, PendingPriceEvent } from './change-record.ts';

type Facts = Record<string, unknown>;

/** An event of a change. Its id is the same however often the same thing is told. */
function priceEvent(
  detailType: PendingPriceEvent['detailType'],
  record: ChangeRecord,
  facts: Facts,
  content = '',
): PendingPriceEvent {
  const { team, changeId, request } = record;
  const id = sha256Hex(`${detailType}\n${team}\n${changeId}\n${content}`);
  const { requestedBy, reason } = request;
  const product = { ...request.product, ...record.label };
  const { planKey } = record;
  return {
    id,
    detailType,
    detail: {
      id,
      team,
      changeId,
      product,
      requestedBy,
      ...(reason && { reason }),
      ...(planKey && { planKey }),
      ...(tellsCampaign(detailType, record) && { campaign: request.campaign }),
      ...facts,
    },
  };
}

/**
 * People are told of a campaign as a whole, and so not of its members. A way back that did not end well is told by
 * itself: the campaign goes on with it.
 */
const tellsCampaign = (detailType: PendingPriceEvent['detailType'], { request }: ChangeRecord): boolean =>
  request.campaign !== undefined && (request.returnOf === undefined || detailType === 'Price Change Applied');

/** `Price Change Planned`: waits for `Price Change Approved` with this plan's sha256. */
export const plannedEvent = (
  record: ChangeRecord,
  plan: Plan,
  planKey: string,
  effectPreview?: EffectPreview,
): PendingPriceEvent =>
  priceEvent(
    'Price Change Planned',
    record,
    {
      ...{ planSha256: plan.sha256, planKey, ...countsOf(plan) },
      ...(effectPreview !== undefined && { effectPreview }),
    },
    `${plan.sha256} ${record.rev}`,
  );

/** `Price Change Applied`: Apple shows every price that was asked for. */
export const appliedEvent = (record: ChangeRecord, plan: Plan | undefined): PendingPriceEvent =>
  priceEvent(
    'Price Change Applied',
    record,
    plan === undefined ? {} : { planSha256: plan.sha256, ...countsOf(plan) },
  );

/** `Price Change Rejected`: nothing was sent, for these reasons. */
export const rejectedEvent = (record: ChangeRecord, problems: readonly Problem[]): PendingPriceEvent =>
  priceEvent('Price Change Rejected', record, { problems });

/** `Price Change Failed`: Apple refused a request; what had taken effect by then is named. */
export const failedEvent = (
  record: ChangeRecord,
  problems: readonly Problem[],
  tookEffect: readonly string[],
): PendingPriceEvent => priceEvent('Price Change Failed', record, { problems, tookEffect });

/** `Price Change Failed`: a remainder that nobody approved in time; the audit names what took effect. */
export const unapprovedEvent = (record: ChangeRecord, problems: readonly Problem[]): PendingPriceEvent =>
  priceEvent('Price Change Failed', record, { problems });

/** `Price Change Declined` or `Price Change Withdrawn`: somebody ended it. */
export const closedEvent = (
  record: ChangeRecord,
  kind: 'decline' | 'withdraw',
  facts: { by: string; note?: string },
): PendingPriceEvent =>
  priceEvent(kind === 'decline' ? 'Price Change Declined' : 'Price Change Withdrawn', record, facts);

/** `Price Change Unsettled`: what Apple shows is not what was asked for, and it is not known why. */
export const unsettledEvent = (record: ChangeRecord, problems: readonly Problem[]): PendingPriceEvent =>
  priceEvent('Price Change Unsettled', record, { problems });

function countsOf({ entries, steps, startDate }: Plan): Facts {
  const count = (kinds: readonly string[]): number =>
    entries.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    startDate,
    requests: steps.length,
    territoriesChanged: count(['first', 'change', 'unschedule', 'automatic']),
    territoriesUnchanged: count(['none']),
  };
}
