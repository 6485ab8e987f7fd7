import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import { closeServer, listen } from '../../http/loopback.ts';
import { MINUTE_MILLIS } from '../rules/time.ts';
import type { AnalyticsStore, Segment } from './analytics-store.ts';

/** One request at the download host. */
export type SeenDownload = {
  at: EpochMillis;
  path: string;
  /** Whether it carried an Authorization header, which must never leave for this host. */
  authorized: boolean;
  status: number;
};

export type DownloadHost = {
  /** A signed address, good for five minutes from now or, with `expired`, for none. */
  addressOf(segment: Segment, expired?: boolean): string;
  seen(): readonly SeenDownload[];
  close(): Promise<void>;
};

/** Apple: "The download URLs are valid for 5 minutes after generating." */
const VALID_MILLIS = 5 * MINUTE_MILLIS;

/**
 * The other host that analytics are downloaded from. Like S3 it knows its callers by signed addresses only and
 * refuses a request that brings an Authorization header as well.
 */
export async function startDownloadHost(store: AnalyticsStore, clock: Clock): Promise<DownloadHost> {
  const secret = randomBytes(32);
  const seen: SeenDownload[] = [];
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex');

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://download.invalid');
    const status = answer({ store, clock, sign }, request, url, response);
    const authorized = request.headers.authorization !== undefined;
    seen.push({ at: clock.now(), path: url.pathname, authorized, status });
  });
  const port = await listen(server);

  return {
    addressOf: ({ id }, expired = false) => {
      const path = `/reports/${id}.csv.gz`;
      const expires = String(clock.now() + (expired ? -1 : VALID_MILLIS));
      return `http://127.0.0.1:${port}${path}?X-Expires=${expires}&X-Signature=${sign(path, expires)}`;
    },
    seen: () => seen.map((download) => ({ ...download })),
    close: () => closeServer(server),
  };
}

type Parts = { store: AnalyticsStore; clock: Clock; sign: (path: string, expires: string) => string };

function answer(
  { store, clock, sign }: Parts,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): number {
  const send = (status: number, body: Uint8Array | string, headers: Record<string, string> = {}): number => {
    response.writeHead(status, headers).end(body);
    return status;
  };
  if (request.headers.authorization !== undefined)
    return send(400, '<Error><Code>InvalidArgument</Code></Error>');
  const expires = url.searchParams.get('X-Expires') ?? '';
  const signature = url.searchParams.get('X-Signature') ?? '';
  if (!same(signature, sign(url.pathname, expires)) || Number(expires) < clock.now())
    return send(403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
  const segment = store.segment(/^\/reports\/(.+)\.csv\.gz$/.exec(url.pathname)?.[1] ?? '');
  if (segment === undefined) return send(404, '<Error><Code>NoSuchKey</Code></Error>');
  const fault = store.strike('host');
  if (fault?.kind === 'redirect') return send(302, '', { location: fault.location });
  return send(200, bodyOf(segment, fault?.kind), { 'content-type': 'application/x-gzip' });
}

function bodyOf({ gzip }: Segment, fault: string | undefined): Uint8Array {
  if (fault === 'truncated') return gzip.subarray(0, Math.floor(gzip.byteLength / 2));
  return fault === 'padded' ? Buffer.concat([gzip, Buffer.alloc(1024)]) : gzip;
}

function same(signature: string, right: string): boolean {
  return signature.length === right.length && timingSafeEqual(Buffer.from(signature), Buffer.from(right));
}
