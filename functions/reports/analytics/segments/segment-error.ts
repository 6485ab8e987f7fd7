import { JobError } from '../../../platform/errors.ts';

export type SegmentErrorCode =
  | 'SEGMENT_URL_REFUSED'
  | 'SEGMENT_REDIRECTED'
  | 'SEGMENT_DENIED'
  | 'SEGMENT_TOO_LARGE'
  | 'SEGMENT_INCOMPLETE'
  | 'SEGMENT_CHECKSUM'
  | 'SEGMENT_UNAVAILABLE'
  | 'SEGMENTS_MISSING';

/** Those that time may heal; the others need a person's eye. */
const RETRYABLE = new Set<SegmentErrorCode>([
  'SEGMENT_DENIED',
  'SEGMENT_INCOMPLETE',
  'SEGMENT_UNAVAILABLE',
  'SEGMENTS_MISSING',
]);

/** A segment that was not downloaded. Never holds its URL's query: that is a signature, as good as a password. */
export class SegmentError extends JobError<SegmentErrorCode> {
  constructor(code: SegmentErrorCode, message: string, cause?: unknown) {
    super({ code, message, retryable: RETRYABLE.has(code), ...(cause !== undefined && { cause }) });
  }
}
