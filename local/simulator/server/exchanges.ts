import type { FaultKind } from './faults.ts';

/** A request and its whole response. Never holds the token or the Authorization header. */
export type Exchange = {
  method: string;
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  contentType: string | undefined;
  /** The request's JSON; `undefined` if it had no body or one that is no JSON. */
  body: unknown;
  /** Size of the request's body. */
  receivedBytes: number;
  /** Whether the token was accepted; if not, the route never saw the request. */
  tokenAccepted: boolean;
  fault: FaultKind | undefined;
  answer: { status: number; contentType: string | undefined; body: Uint8Array };
};

type Listener = (exchange: Exchange) => void;

/**
 * Of the whole process, not of one simulator: a check that is loaded with `node --import` hears every simulator that
 * any test starts. Answers are not kept in the journal, as pages of thousands of price points would fill the memory.
 */
const listeners = new Set<Listener>();

/** Is told of every request to any simulator of this process, before its response goes out. Returns how to stop it. */
export function watchExchanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function publishExchange(exchange: Exchange): void {
  for (const listener of listeners) listener(exchange);
}
