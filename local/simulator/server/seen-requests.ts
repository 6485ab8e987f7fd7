import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import type { FaultKind } from './faults.ts';

/** One request as the simulator saw it. Never holds the token or the Authorization header. */
export type SeenRequest = {
  /** When it arrived, by the simulator's clock. */
  at: EpochMillis;
  method: string;
  path: string;
  /** Decoded parameters in the order they came. */
  query: readonly (readonly [name: string, value: string])[];
  /** The `kid` the token claimed, also when the token was refused. */
  keyId: string | undefined;
  /** The token's decoded payload, also when the token was refused; `undefined` if it could not be read. */
  tokenClaims: unknown;
  tokenAccepted: boolean;
  /** The precise reason of a refusal, which Apple would not tell, such as `bad-signature`. */
  refusal: string | undefined;
  /** Size of the request's body. */
  receivedBytes: number;
  /** The request's JSON; `undefined` if it had no body or one that is no JSON. */
  body: unknown;
  /** The status that was answered, or would have been if the response had not been lost. */
  status: number | undefined;
  /** `answered`: the whole response went out. `lost`: the connection ended first. `pending`: not answered yet. */
  delivery: 'pending' | 'answered' | 'lost';
  /** Which fault met it, if any. */
  fault: FaultKind | undefined;
  /** The `x-apple-request-uuid` of the response. */
  requestId: string;
};

/** The journal of everything that was asked, oldest first. */
export class Journal {
  #seen: SeenRequest[] = [];

  add(request: SeenRequest): SeenRequest {
    this.#seen.push(request);
    return request;
  }

  /** A copy: later requests do not change it. */
  all(): readonly SeenRequest[] {
    return this.#seen.map((request) => ({ ...request }));
  }

  clear(): void {
    this.#seen = [];
  }
}
