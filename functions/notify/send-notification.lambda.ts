import { MAILED_EVENT_TYPES, NOTIFIED_EVENT_TYPES } from '../events/event-types.ts';
import { s3Client, snsClient } from '../platform/aws/clients.ts';
import { createSnsNotifier, type SendNotification } from '../platform/aws/sns-notifier.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { createAuditLog } from '../prices/store/audit-log.ts';
import { planSchema } from '../prices/store/plan-store.ts';
import { isPartOfCampaign, messageOf } from './event-message.ts';

const log = createLog();
let connected: { notify: SendNotification; readPlan: (key: string) => Promise<Plan | undefined> } | undefined;

/** Publishes a readable notification for an event from the stack's bus. A repeated event may be notified twice. */
export const handler = withErrorLogging(
  log,
  async (event: unknown) => {
    connected ??= connect();
    if (isPartOfCampaign(event)) return;
    const message = await messageOf(event, connected.readPlan);
    await connected.notify(message);
    log.info('Notification sent', { id: message.id, subject: message.subject });
  },
  { takes: [...NOTIFIED_EVENT_TYPES, ...MAILED_EVENT_TYPES] },
);

function connect(): NonNullable<typeof connected> {
  const { LAKE_BUCKET, NOTIFICATIONS_TOPIC_ARN } = readEnvironment(
    environmentSchema.pick({ LAKE_BUCKET: true, NOTIFICATIONS_TOPIC_ARN: true }),
  );
  const audit = createAuditLog(s3Client(), LAKE_BUCKET);
  return {
    notify: createSnsNotifier(snsClient(), NOTIFICATIONS_TOPIC_ARN),
    // A notification without its table is better than none.
    readPlan: async (key) => {
      try {
        return planSchema.parse(await audit.read(key));
      } catch (error) {
        log.warn('The plan cannot be read; the notification is sent without it', { key, error });
        return undefined;
      }
    },
  };
}
