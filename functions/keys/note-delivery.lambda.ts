import { z } from 'zod';
import { documentClient } from '../platform/aws-clients.ts';
import { systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { topLevel } from '../platform/handler.ts';
import { readEvent } from '../platform/incoming-event.ts';
import { createLog } from '../platform/log.ts';
import { createKeyLedger, type KeyLedger } from './key-ledger.ts';
import { noteDelivery } from './note-delivery.ts';

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
export const handler = topLevel(log, async (event: unknown) => {
  const { Records } = readEvent(notificationsSchema, event, 'The event is no notification of a topic:');
  ledger ??= connect();
  await noteDelivery(
    ledger,
    Records.map(({ Sns }) => Sns.MessageAttributes.id?.Value),
  );
});

function connect(): KeyLedger {
  const { KEYS_TABLE } = readEnvironment(environmentSchema.pick({ KEYS_TABLE: true }));
  return createKeyLedger({ documents: documentClient(), table: KEYS_TABLE, clock: systemClock });
}
