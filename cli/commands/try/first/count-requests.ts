import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as z from 'zod';

/** Node tells it for each request that `fetch` makes, whoever called it. */
const CHANNEL = 'undici:request:create';
const messageSchema = z.object({ request: z.object({ method: z.string() }) });

/** What a call has done so far. */
export type Work = {
  /** Requests to Apple. */
  requests(): number;
  seconds(): number;
};

/**
 * Counts the requests of this process that go to Apple until it ends: only those are made by `fetch`, the embedded services are
 * asked otherwise. The way to a proxy (CONNECT) is none.
 */
export function countWork(): Work & { stop(): void } {
  const startedAt = performance.now();
  let requests = 0;
  const onCreate = (message: unknown): void => {
    if (messageSchema.safeParse(message).data?.request.method !== 'CONNECT') requests += 1;
  };
  subscribe(CHANNEL, onCreate);
  return {
    requests: () => requests,
    seconds: () => Math.round((performance.now() - startedAt) / 1000),
    stop: () => void unsubscribe(CHANNEL, onCreate),
  };
}
