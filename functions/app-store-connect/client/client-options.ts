import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { TokenSource } from '../auth/token-source.ts';
import type { ReadPriority } from '../rate-limit/read-priority.ts';
import type { RequestQuota } from '../rate-limit/request-quota.ts';

/** What is worth noting of every answer, success or not. */
export type ResponseSummary = {
  request: string;
  status: number;
  appleRequestId?: string;
  skewMillis?: number;
  requestsRemaining?: number;
  /** Requests in any rolling hour, as Apple says. */
  requestLimit?: number;
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
  /** Told of every answer: Apple's id of the request, its clock minus ours, its own count of requests. */
  onResponse?: (seen: ResponseSummary) => void;
};

/** What a read does with a successful answer. Runs inside the retries: a body that breaks off is read again. */
export type ReadResponse<T> = (answer: Response) => Promise<T>;
