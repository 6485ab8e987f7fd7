import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { JobError } from '../../platform/errors.ts';
import { TableError } from '../table/table-error.ts';
import type { LedgerItem } from './ledger-item.ts';

/** A download that was larger than any report. */
export class DownloadTooLargeError extends JobError<'DOWNLOAD_TOO_LARGE'> {
  constructor(largestBytes: number) {
    super({
      code: 'DOWNLOAD_TOO_LARGE',
      message: `Apple sent more than ${largestBytes} bytes for one report; nothing of it is kept.`,
      retryable: false,
    });
  }
}

/** What an attempt to fetch a partition came to, other than a report. */
export type Refusal = RefusalKind & {
  /** Attributes that are written with the settlement, whatever it is. */
  noted?: Noted;
};

/** What is noted beside the state: the version that was asked for or served, Apple's id of the request, and more. */
export type Noted = Pick<
  Partial<LedgerItem>,
  | 'version'
  | 'requestId'
  | 'renewals'
  | 'proceeds'
  | 'newColumns'
  | 'notReadyAt'
  | 'goneSince'
  | 'triedInstance'
  | 'knownKey'
  | 'recheckAt'
>;

type RefusalKind =
  /** Apple: nothing was sold on that date. The calendar says whether that is final. */
  | {
      kind: 'no-sales';
      reason: string;
      /** What speaks against it, where it is believed all the same: told once more. */
      doubt?: string;
    }
  /** Apple: not generated yet. */
  | { kind: 'not-ready'; reason: string }
  /** Apple: past its retention. */
  | { kind: 'expired'; reason: string }
  /** Apple says what contradicts what is known: another period's file, "no sales" beside sales, gone before its time. */
  | { kind: 'contradicted'; reason: string }
  /** Not asked for: Apple has just refused the vendor or the report for another date, or another day's look goes first. */
  | { kind: 'behind'; reason: string }
  /** Ends without help: Apple is unavailable, the network fails, the request quota is reserved, or requests are throttled. */
  | { kind: 'transient'; reason: string; retryAfterMillis?: number }
  /** Apple takes nothing from the key: the work waits, unasked, until the key is well. */
  | { kind: 'key-refused'; reason: string; keyFault?: true }
  /** A right vendor that has no data of this type, such as one without subscriptions. */
  | { kind: 'not-offered'; reason: string }
  /** Apple does not take the vendor number for this report: wrong, or without data of this type. */
  | { kind: 'invalid-vendor'; reason: string }
  /** Needs a person: key or rights, vendor number, a file of an unexpected format. Parked, never guessed at. */
  | {
      kind: 'failed';
      reason: string;
      unknownAnswer: boolean;
      /** The key is to blame, which is told under the key's own name. */
      keyFault?: true;
    };

/** Whether a refusal is parked for a person rather than waited out. */
export const needsPerson = ({ kind }: Refusal): boolean => kind === 'failed' || kind === 'invalid-vendor';

// The texts are reported from live calls, not documented. Whatever differs is unknown: parked and alarmed.
const NO_SALES = /^there were no sales for the date specified\b/i;
const NOT_READY = /^report is not available yet\b/i;
const GONE = /^report is no longer available\b/i;
const VERSION = /\bversion parameter\b/i;

/**
 * Classifies what went wrong with a fetch, by Apple's words. Pure.
 *
 * @param error what reading, converting or storing threw
 */
export function classify(error: unknown): Refusal {
  if (error instanceof AppStoreConnectError) return classifyAnswer(error);
  if (error instanceof TableError || error instanceof DownloadTooLargeError) {
    return { kind: 'failed', reason: error.message, unknownAnswer: true };
  }
  if (error instanceof JobError) {
    return error.retryable
      ? { kind: 'transient', reason: error.message }
      : { kind: 'failed', reason: error.message, unknownAnswer: false };
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: 'transient', reason: name };
}

function classifyAnswer(error: AppStoreConnectError): Refusal {
  const { status, detail = '', message } = error;
  if (status === 404 && NO_SALES.test(detail)) return { kind: 'no-sales', reason: detail };
  // mutation: report-not-ready
  if (status === 404 && NOT_READY.test(detail)) return { kind: 'not-ready', reason: detail };
  if ((status === 410 || status === 404) && GONE.test(detail)) return { kind: 'expired', reason: detail };
  if (error.refusesEverything || error.code === 'KEY_REFUSED')
    return { kind: 'key-refused', reason: message };
  if (error.retryable) {
    return {
      kind: 'transient',
      reason: message,
      ...(error.retryAfterMillis !== undefined && { retryAfterMillis: error.retryAfterMillis }),
    };
  }
  if (error.code === 'INVALID_REQUEST' && /^invalid vendor number/i.test(detail)) {
    return { kind: 'invalid-vendor', reason: message };
  }
  if (error.code === 'INVALID_REQUEST' && VERSION.test(detail)) {
    const reason = `Apple does not take the version that this report was asked for: "${detail}" Name the right one in the setting reportVersions.`;
    return { kind: 'failed', reason, unknownAnswer: false };
  }
  return { kind: 'failed', reason: message, unknownAnswer: error.code !== 'FORBIDDEN' };
}
