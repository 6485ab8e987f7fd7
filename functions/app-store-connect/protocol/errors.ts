import { JobError } from '../../platform/errors.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { DiagnosisFacts } from '../diagnosis/facts.ts';
import type { AppleErrors } from './error-envelope.ts';

export type AppStoreConnectCode =
  | 'UNAUTHORIZED'
  | 'KEY_REFUSED'
  | 'FORBIDDEN'
  | 'AGREEMENT_UNSIGNED'
  | 'NOT_FOUND'
  | 'GONE'
  | 'NOT_ACCEPTABLE'
  | 'INVALID_REQUEST'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'BUDGET_RESERVED'
  | 'APPLE_UNAVAILABLE'
  | 'NETWORK'
  | 'DEADLINE'
  | 'UNEXPECTED_ANSWER';

export type AppStoreConnectErrorInit = {
  code: AppStoreConnectCode;
  message: string;
  status?: number;
  errors?: AppleErrors;
  /** Apple's id of the request: what its support asks for. */
  requestId?: string;
  /** `X-Apple-Jingle-Correlation-Key` of the response. */
  correlationKey?: string;
  /** Milliseconds after which another try makes sense. */
  retryAfterMillis?: number;
  /** What is known of the failure, where a diagnosis could tell more than the code does. */
  facts?: DiagnosisFacts;
  /** Writes only: `true` when the write may have taken effect though no answer says so. */
  outcomeUnknown?: boolean;
  cause?: unknown;
};

/** The first three end once somebody has seen to the key or the agreement; until then work waits, it does not fail. */
const RETRYABLE = new Set<AppStoreConnectCode>([
  'UNAUTHORIZED',
  'AGREEMENT_UNSIGNED',
  'KEY_REFUSED',
  'RATE_LIMITED',
  'BUDGET_RESERVED',
  'APPLE_UNAVAILABLE',
  'NETWORK',
  'DEADLINE',
]);

const ABOUT_REQUEST = new Set<AppStoreConnectCode>([
  'NOT_FOUND',
  'GONE',
  'CONFLICT',
  'INVALID_REQUEST',
  'NOT_ACCEPTABLE',
]);

/** A call to App Store Connect that gave no result. Carries Apple's words and the facts for a diagnosis. */
export class AppStoreConnectError extends JobError<AppStoreConnectCode> {
  readonly status: number | undefined;
  readonly errors: AppleErrors;
  readonly requestId: string | undefined;
  readonly correlationKey: string | undefined;
  readonly retryAfterMillis: number | undefined;
  readonly facts: DiagnosisFacts | undefined;
  /** All causes that the facts speak for, the most certain first; none where the request itself is at fault. */
  readonly diagnoses: readonly Diagnosis[];
  readonly outcomeUnknown: boolean;

  constructor(init: AppStoreConnectErrorInit) {
    super({
      code: init.code,
      message: init.message,
      retryable: RETRYABLE.has(init.code),
      ...(init.cause !== undefined && { cause: init.cause }),
    });
    this.status = init.status;
    this.errors = init.errors ?? [];
    this.requestId = init.requestId;
    this.correlationKey = init.correlationKey;
    this.retryAfterMillis = init.retryAfterMillis;
    this.facts = init.facts;
    this.diagnoses = init.facts === undefined ? [] : diagnose(init.facts);
    this.outcomeUnknown = init.outcomeUnknown ?? false;
  }

  /** The most certain cause. */
  get diagnosis(): Diagnosis | undefined {
    return this.diagnoses[0];
  }

  /** Apple takes nothing from this key, whatever is asked: it refuses the key itself or the whole team. */
  get refusesEverything(): boolean {
    return this.code === 'UNAUTHORIZED' || this.code === 'AGREEMENT_UNSIGNED';
  }

  /** Apple looked at the request itself, such as for a report that is not there yet: so it had let the key in. */
  get isAboutRequest(): boolean {
    return ABOUT_REQUEST.has(this.code);
  }

  /** Apple's first `detail`: the text by which report answers are told apart. */
  get detail(): string | undefined {
    return this.errors[0]?.detail;
  }
}
