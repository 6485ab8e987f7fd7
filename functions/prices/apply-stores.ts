import { lambdaClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import type { Log } from '../platform/logging/log.ts';
import { realSleep } from '../platform/util/clock.ts';
import { createEffectPreviewClient } from './ask/effect-preview-client.ts';
import { goOnWithCampaign } from './campaign/progress/go-on-with-campaign.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { createPriceDependencies } from './dependencies.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createChangeQueue, createPostpone } from './store/change-queue.ts';
import { createPlanningMark } from './store/point-store.ts';

/** What ApplyPriceChange works with, made once per execution environment. */
export function applyStores(log: Log) {
  const { environment, base, ...prices } = createPriceDependencies(log);
  const s3 = s3Client();
  const audit = createAuditLog(s3, environment.LAKE_BUCKET);
  const { documents, table } = prices;
  const previewing = (functionName: string | undefined) =>
    // A deployment tells it by an update: absent in one that is half way there.
    functionName === undefined
      ? {}
      : { previewEffect: createEffectPreviewClient(lambdaClient(), functionName, log) };
  return {
    ...prices,
    atRest: goOnWithCampaign({
      ...base,
      audit,
      campaigns: createCampaignLedger({ documents, table, clock: base.clock }),
      queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, base.clock),
    }),
    planning: createPlanningMark(s3, environment.LAKE_BUCKET),
    base: { ...base, audit, sleep: realSleep, ...previewing(environment.EFFECTS_FUNCTION_NAME) },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
