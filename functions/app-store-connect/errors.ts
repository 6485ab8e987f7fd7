import { JobError } from '../platform/errors.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { AppleErrors } from './error-envelope.ts';

export type AppStoreConnectCode =
  | 'UNAUTHORIZED'
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
  /** Milliseconds after which another try makes sense. */
  retryAfterMillis?: number;
  diagnosis?: Diagnosis;
  /** Writes only: `true` when the write may have taken effect though no answer says so. */
  inDoubt?: boolean;
  cause?: unknown;
};

const RETRYABLE = new Set<AppStoreConnectCode>([
  'RATE_LIMITED',
  'BUDGET_RESERVED',
  'APPLE_UNAVAILABLE',
  'NETWORK',
  'DEADLINE',
]);

/** A call to App Store Connect that gave no result. Carries Apple's words and, for a refusal, the diagnosis. */
export class AppStoreConnectError extends JobError<AppStoreConnectCode> {
  readonly status: number | undefined;
  readonly errors: AppleErrors;
  readonly requestId: string | undefined;
  readonly retryAfterMillis: number | undefined;
  readonly diagnosis: Diagnosis | undefined;
  readonly inDoubt: boolean;

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
    this.retryAfterMillis = init.retryAfterMillis;
    this.diagnosis = init.diagnosis;
    this.inDoubt = init.inDoubt ?? false;
  }

  /** Apple's first `detail`: the text by which report answers are told apart. */
  get detail(): string | undefined {
    return this.errors[0]?.detail;
  }
}
