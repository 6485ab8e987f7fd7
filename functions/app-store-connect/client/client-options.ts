import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { TokenSource } from '../auth/token-source.ts';
import type { ReadPriority } from '../rate-limit/read-priority.ts';
import type { RequestQuota } from '../rate-limit/request-quota.ts';

/** What is worth noting of every response, success or not. */
export type ResponseSummary = {
  /** Such as `GET /v1/apps`. */
  request: string;
  status: number;
  /** Apple's id of the request: what its support asks for. */
  appleRequestId?: string;
  /** `X-Apple-Jingle-Correlation-Key`: the same for the servers behind it. */
  correlationKey?: string;
  /** Apple's clock minus ours, in milliseconds. */
  skewMillis?: number;
  requestsRemaining?: number;
  /** Requests in any rolling hour, as Apple says. */
  requestLimit?: number;
  minuteRemaining?: number;
  /** Requests in any rolling minute, as Apple says. */
  minuteLimit?: number;
};

export type ClientOptions = {
  /** `APP_STORE_CONNECT_BASE_URL`. */
  baseUrl: string;
  fetch: typeof fetch;
  tokens: TokenSource;
  quota: RequestQuota;
  priority: ReadPriority;
  clock: Clock;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  /** Milliseconds that this invocation may still run. */
  remainingMillis: () => number;
  /** Told of every response: Apple's id of the request, its clock minus ours, its own count of requests. */
  onResponse?: (summary: ResponseSummary) => void;
  /** Told where what a response shows of the key could not be written down: the response counts all the same. */
  onNoteLost?: (error: unknown) => void;
};

/** What a request does with a successful response. For reads it runs inside the retries: a body that breaks off is read again. */
export type ReadResponse<T> = (response: Response) => Promise<T>;
