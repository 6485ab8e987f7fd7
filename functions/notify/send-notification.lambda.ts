import { s3Client, snsClient } from '../platform/aws/clients.ts';
import { createNotifier, type Notify } from '../platform/aws/sns-notifier.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { createAuditLog } from '../prices/store/audit-log.ts';
import { planSchema } from '../prices/store/plan-store.ts';
import { messageOf } from './event-message.ts';

const log = createLog();
let connected: { notify: Notify; readPlan: (key: string) => Promise<Plan | undefined> } | undefined;

/** From the stack's bus: tells people what they have to know or do. A repeated event may be told twice. */
export const handler = topLevel(log, async (event: unknown) => {
  connected ??= connect();
  const message = await messageOf(event, connected.readPlan);
  await connected.notify(message);
  log.info('People were told', { id: message.id, subject: message.subject });
});

function connect(): NonNullable<typeof connected> {
  const { LAKE_BUCKET, NOTIFICATIONS_TOPIC_ARN } = readEnvironment(
    environmentSchema.pick({ LAKE_BUCKET: true, NOTIFICATIONS_TOPIC_ARN: true }),
  );
  const audit = createAuditLog(s3Client(), LAKE_BUCKET);
  return {
    notify: createNotifier(snsClient(), NOTIFICATIONS_TOPIC_ARN),
    // A message without its table is better than none.
    readPlan: async (key) => {
      try {
        return planSchema.parse(await audit.read(key));
      } catch (error) {
        log.warn('The plan cannot be read; people are told without it', { key, error });
        return undefined;
      }
    },
  };
}
