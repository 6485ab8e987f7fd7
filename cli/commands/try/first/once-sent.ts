import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as z from 'zod';

/** Node.js' `fetch` tells here that the head of a request has been handed to its connection. */
const SENT = 'undici:client:sendHeaders';

const messageSchema = z.object({ request: z.object({ method: z.string() }) });

/** When the next so many reads of this process have been sent: then there is time until their answers. */
export function onceSent(reads: number): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0;
    const note = (message: unknown): void => {
      // Through a proxy each connection is asked for by a request of its own.
      if (messageSchema.safeParse(message).data?.request.method === 'GET') sent += 1;
      if (sent < reads) return;
      unsubscribe(SENT, note);
      resolve();
    };
    subscribe(SENT, note);
  });
}
