import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { JobError } from '../platform/errors.ts';
import { EVENT_SOURCE, type OutgoingEvent } from './contract.ts';

/** EventBridge accepts ten entries per call. */
const ENTRIES_PER_CALL = 10;

/** Publishes events on the stack's bus, in order. Throws if any was refused; some may be published by then. */
export type PublishEvents = (events: readonly OutgoingEvent[]) => Promise<void>;

/** Publishes through EventBridge. A refused entry becomes JobError `EVENT_REFUSED`, retryable. */
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
          message: `EventBridge refused ${FailedEntryCount} of ${entries.length} events (${reasons.join('; ')}); they stay pending and are published again`,
          retryable: true,
        });
      }
    }
  };
}
