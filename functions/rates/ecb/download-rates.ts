import { JobError } from '../../platform/errors.ts';
import { backoffMillis } from '../../platform/util/backoff.ts';
import type { Sleep } from '../../platform/util/clock.ts';

/** The last 90 days on which rates were published, and every day since 1999. */
export type RateFile = 'eurofxref-hist-90d.xml' | 'eurofxref-hist.xml';

/** Larger than this is another file: 90 days take 0.2 MB, all days about 9 MB. */
const MAXIMUM_BYTES: Record<RateFile, number> = {
  'eurofxref-hist-90d.xml': 4 << 20,
  'eurofxref-hist.xml': 48 << 20,
};
const ATTEMPTS = 4;
const TIMEOUT_MILLIS = 20_000;

export type DownloadRates = (file: RateFile) => Promise<string>;

/**
 * Downloads a file of reference rates from one host, with a bound on time and size. Redirects are refused: they could lead
 * anywhere.
 *
 * @param baseUrl ends in `/`
 * @throws JobError `RATES_UNAVAILABLE` after the last attempt
 */
export function createRateDownload(
  baseUrl: string,
  { fetch: send, sleep, random }: { fetch: typeof fetch; sleep: Sleep; random: () => number },
): DownloadRates {
  return async (file) => {
    let last: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (attempt > 1) await sleep(backoffMillis(attempt, random));
      try {
        const response = await send(new URL(file, baseUrl), {
          redirect: 'error',
          headers: { accept: 'application/xml, text/xml' },
          signal: AbortSignal.timeout(TIMEOUT_MILLIS),
        });
        if (response.ok) return await readBounded(response, MAXIMUM_BYTES[file]);
        await response.body?.cancel();
        throw new Error(`HTTP ${response.status}`);
      } catch (error) {
        last = error;
      }
    }
    throw new JobError({
      code: 'RATES_UNAVAILABLE',
      message: `${new URL(file, baseUrl)} could not be downloaded in ${ATTEMPTS} attempts (${last instanceof Error ? last.message : String(last)}). The next run tries again; until then the rates of the days before count, for up to seven days.`,
      retryable: true,
      cause: last,
    });
  };
}

async function readBounded(response: Response, maximumBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maximumBytes) throw new Error(`the file is larger than ${maximumBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
