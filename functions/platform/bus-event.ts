import * as z from 'zod';
import type { Problem } from './errors.ts';

/** What an EventBridge rule hands over. Queues, topics, EventBridge Scheduler and direct invokes have no detail type. */
const envelope = z.object({ 'detail-type': z.string() });

/** What a rule on a schedule sends: somebody's own rule may start a function that works by schedule. */
export const SCHEDULED_EVENT = 'Scheduled Event';

export type RefusedEvent = { status: 'rejected'; problems: Problem[] };

/**
 * Refuses an event that no rule of ours sends: a wider rule of somebody's own may match any event of the bus, also
 * those that the function itself publishes.
 *
 * @param takes the detail types of the function's own rules
 * @returns `undefined` for a taken event, and for what is no event of a bus
 */
export function refusedEvent(event: unknown, takes: readonly string[]): RefusedEvent | undefined {
  const detailType = envelope.safeParse(event).data?.['detail-type'];
  if (detailType === undefined || takes.includes(detailType)) return undefined;
  const taken =
    takes.length === 0
      ? 'takes no events of a bus'
      : `takes only ${takes.map((type) => `"${type}"`).join(', ')}`;
  return {
    status: 'rejected',
    problems: [
      {
        path: 'detail-type',
        message: `this function ${taken}; nothing was done. Narrow the rule that sends other events to it, or remove the function from that rule's targets`,
      },
    ],
  };
}
