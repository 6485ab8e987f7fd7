import type { SNSEvent } from 'aws-lambda';
import { documentClient } from '../platform/aws-clients.ts';
import { systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createKeyLedger, type KeyLedger } from './key-ledger.ts';
import { noteDelivery } from './note-delivery.ts';

const log = createLog();
let ledger: KeyLedger | undefined;

/** From the notifications' topic: notes which notices about keys went out. */
export const handler = topLevel(log, async (event: SNSEvent) => {
  ledger ??= connect();
  await noteDelivery(
    ledger,
    event.Records.map(({ Sns }) => Sns.MessageAttributes['id']?.Value),
  );
});

function connect(): KeyLedger {
  const { KEYS_TABLE } = readEnvironment(environmentSchema.pick({ KEYS_TABLE: true }));
  return createKeyLedger({ documents: documentClient(), table: KEYS_TABLE, clock: systemClock });
}
