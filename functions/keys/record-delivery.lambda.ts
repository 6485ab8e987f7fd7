import * as z from 'zod';
import { documentClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { recordDelivery } from './notices/record-delivery.ts';
import { createKeyLedger, type KeyLedger } from './store/key-ledger.ts';

const log = createLog();
let ledger: KeyLedger | undefined;

const notificationsSchema = z.object({
  Records: z.array(
    z.object({
      Sns: z.object({ MessageAttributes: z.object({ id: z.object({ Value: z.string() }).optional() }) }),
    }),
  ),
});

/** From the notifications' topic: notes which notices about keys went out. */
export const handler = withErrorLogging(log, async (event: unknown) => {
  const { Records } = readEvent(notificationsSchema, event, 'The event is no notification of a topic:');
  ledger ??= connect();
  await recordDelivery(
    ledger,
    Records.map(({ Sns }) => Sns.MessageAttributes.id?.Value),
  );
});

function connect(): KeyLedger {
  const { KEYS_TABLE } = readEnvironment(environmentSchema.pick({ KEYS_TABLE: true }));
  return createKeyLedger({ documents: documentClient(), table: KEYS_TABLE, clock: systemClock });
}
