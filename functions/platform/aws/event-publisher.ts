import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { JobError } from '../errors.ts';

/** `source` of every event of this product. */
const EVENT_SOURCE = 'app-store-connect-jobs';
/** EventBridge takes ten entries a call. */
const ENTRIES_PER_CALL = 10;

export type OutgoingEvent = { detailType: string; detail: Record<string, unknown> };

/** Sends events to the stack's bus, in order. Throws when any was refused; some may have been sent by then. */
export type PublishEvents = (events: readonly OutgoingEvent[]) => Promise<void>;

/** Sends through EventBridge. A refused entry becomes JobError `EVENT_REFUSED`, retryable. */
export function createEventPublisher(eventBridge: EventBridgeClient, busName: string): PublishEvents {
  return async (events) => {
    for (let start = 0; start < events.length; start += ENTRIES_PER_CALL) {
      const entries = events.slice(start, start + ENTRIES_PER_CALL).map(({ detailType, detail }) => ({
        EventBusName: busName,
        Source: EVENT_SOURCE,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount = 0, Entries = [] } = await eventBridge.send(
        new PutEventsCommand({ Entries: entries }),
      );
      if (FailedEntryCount > 0) {
        const reasons = Entries.flatMap(({ ErrorCode, ErrorMessage }) =>
          ErrorCode ? [`${ErrorCode} ${ErrorMessage}`] : [],
        );
        throw new JobError({
          code: 'EVENT_REFUSED',
          message: `EventBridge refused ${FailedEntryCount} of ${entries.length} events (${reasons.join('; ')}); they stay owed and are sent again`,
          retryable: true,
        });
      }
    }
  };
}
