import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { JobError } from '../platform/errors.ts';
import { shortenTo } from '../platform/util/shorten.ts';
import { EVENT_SOURCE, type OutgoingEvent } from './event-types.ts';

/** EventBridge accepts ten entries per call. */
const ENTRIES_PER_CALL = 10;

/**
 * Most bytes of all entries of a call. EventBridge accepted 256 KB until January 2026 and accepts 1 MB since then, but
 * not in every region, and targets such as an SNS topic still take 256 KB.
 * Source: "Calculating Amazon EventBridge PutEvents event entry size", AWS Compute Blog of January 29, 2026.
 */
const BYTES_PER_CALL = 256 * 1024;

/** Room for what EventBridge adds around the detail, and for an input transformation. */
const BYTES_PER_DETAIL = 240 * 1024;

/** Publishes events on the stack's bus, in order. Throws if any was refused; some may be published by then. */
export type PublishEvents = (events: readonly OutgoingEvent[]) => Promise<void>;

/**
 * Publishes through EventBridge. A refused entry becomes JobError `EVENT_REFUSED`, retryable. The detail of an event that
 * is too large is shortened, and says so in `shortened`: it must not block the events behind it for ever.
 */
export function createEventPublisher(eventBridge: EventBridgeClient, busName: string): PublishEvents {
  return async (events) => {
    const entries = events.map(({ detailType, detail }) => ({
      EventBusName: busName,
      Source: EVENT_SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(shortenTo(detail, BYTES_PER_DETAIL)),
    }));
    for (const call of inCalls(entries)) {
      const { FailedEntryCount = 0, Entries = [] } = await eventBridge.send(
        new PutEventsCommand({ Entries: call }),
      );
      if (FailedEntryCount > 0) {
        const reasons = Entries.flatMap(({ ErrorCode, ErrorMessage }) =>
          ErrorCode ? [`${ErrorCode} ${ErrorMessage}`] : [],
        );
        throw new JobError({
          code: 'EVENT_REFUSED',
          message: `EventBridge refused ${FailedEntryCount} of ${call.length} events (${reasons.join('; ')}); they stay pending and are published again`,
          retryable: true,
        });
      }
    }
  };
}

/** The size of an entry as EventBridge counts it: source, detail type and detail in UTF-8. */
const sizeOf = ({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number =>
  Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);

/** The entries in their order, in calls that EventBridge accepts. */
function inCalls<Entry extends PutEventsRequestEntry>(entries: readonly Entry[]): Entry[][] {
  const calls: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = calls.at(-1);
    bytes += sizeOf(entry);
    if (last === undefined || last.length === ENTRIES_PER_CALL || bytes > BYTES_PER_CALL) {
      calls.push([entry]);
      bytes = sizeOf(entry);
    } else last.push(entry);
  }
  return calls;
}
