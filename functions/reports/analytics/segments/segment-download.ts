import { createHash } from 'node:crypto';
import type { ReportSegment } from '../../../app-store-connect/resources/analytics-reports.ts';
import { type DownloadedFile, downloadFile } from '../../fetch/download-file.ts';
import { downloadableUrl } from './download-url.ts';
import { SegmentError } from './segment-error.ts';

export type SegmentDownload = {
  fetch: typeof fetch;
  /** Of Apple's API: decides whether loopback is allowed. */
  baseUrl: string;
  /** Milliseconds that the download may take. */
  timeoutMillis: number;
};

/**
 * Downloads a segment to the function's disk, by its signed URL: without our token, without following redirects,
 * no more bytes than announced, and checked against Apple's checksum.
 *
 * Apple documents no algorithm for the checksum; its example is 32 hex digits, MD5 of the file. Any other form
 * counts as a mismatch: nothing is stored unchecked.
 *
 * @throws SegmentError, and what the disk throws
 */
export async function downloadSegment(
  { fetch: request, baseUrl, timeoutMillis }: SegmentDownload,
  segment: ReportSegment,
  path: string,
): Promise<DownloadedFile> {
  const url = downloadableUrl(segment.url, baseUrl);
  const signal = AbortSignal.timeout(Math.floor(timeoutMillis));
  const answer = await request(url, { redirect: 'manual', credentials: 'omit', signal }).catch((error) => {
    throw new SegmentError('SEGMENT_UNAVAILABLE', `${url.host} gave no answer`, error);
  });
  const problem = problemOf(answer, url, segment);
  if (problem !== undefined) {
    await answer.body?.cancel();
    throw problem;
  }
  const md5 = createHash('md5');
  const file = await downloadFile(
    bounded(answer.body ?? nothing(), segment, url, (chunk) => md5.update(chunk)),
    path,
  );
  // mutation: segment-checksum
  if (md5.digest('hex') === segment.checksum.toLowerCase()) return file;
  if (file.bytes < segment.sizeInBytes) {
    throw new SegmentError(
      'SEGMENT_INCOMPLETE',
      `Segment ${segment.id} has ${segment.sizeInBytes} bytes, ${file.bytes} of them arrived`,
    );
  }
  throw new SegmentError(
    'SEGMENT_CHECKSUM',
    `Segment ${segment.id} does not have Apple's checksum ${segment.checksum}; it is not stored`,
  );
}

function problemOf(answer: Response, { host }: URL, segment: ReportSegment): SegmentError | undefined {
  const { status } = answer;
  // mutation: segment-redirect
  if (answer.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return new SegmentError(
      'SEGMENT_REDIRECTED',
      `${host} leads elsewhere (${status}); that is not followed`,
    );
  }
  if (status === 401 || status === 403) {
    return new SegmentError('SEGMENT_DENIED', `${host} answered ${status}: the signed URL may have expired`);
  }
  if (!answer.ok) return new SegmentError('SEGMENT_UNAVAILABLE', `${host} answered ${status}`);
  const announced = Number(answer.headers.get('content-length') ?? 0);
  return announced > segment.sizeInBytes ? tooLarge(segment, host) : undefined;
}

async function* bounded(
  body: AsyncIterable<Uint8Array>,
  segment: ReportSegment,
  { host }: URL,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      // mutation: segment-bounded
      if (bytes > segment.sizeInBytes) throw tooLarge(segment, host);
      onChunk(chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof SegmentError) throw error;
    throw new SegmentError('SEGMENT_INCOMPLETE', `${host} broke off after ${bytes} bytes`, error);
  }
}

const tooLarge = ({ id, sizeInBytes }: ReportSegment, host: string): SegmentError =>
  new SegmentError('SEGMENT_TOO_LARGE', `${host} sends more than the ${sizeInBytes} bytes of segment ${id}`);

async function* nothing(): AsyncGenerator<Uint8Array> {}
