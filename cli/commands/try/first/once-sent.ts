import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as z from 'zod';

/** Node.js' `fetch` tells here that the head of a request has been handed to its connection. */
const SENT = 'undici:client:sendHeaders';
/** The same for a connection that could not be made. */
const NOT_CONNECTED = 'undici:client:connectError';

const messageSchema = z.object({ request: z.object({ method: z.string() }) });

/**
 * When the next so many reads of this process have been sent: then there is time until their answers. It is also over when a
 * connection fails, as the request that waits for it may be sent seconds later or never.
 */
export function onceSent(reads: number): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0;
    const end = (): void => {
      unsubscribe(SENT, note);
      unsubscribe(NOT_CONNECTED, end);
      resolve();
    };
    const note = (message: unknown): void => {
      // Through a proxy each connection is asked for by a request of its own.
      if (messageSchema.safeParse(message).data?.request.method === 'GET') sent += 1;
      if (sent >= reads) end();
    };
    subscribe(SENT, note);
    subscribe(NOT_CONNECTED, end);
  });
}
