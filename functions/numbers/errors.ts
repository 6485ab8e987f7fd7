import { JobError } from '../platform/errors.ts';

/** `NO_REPORT`: nothing is stored of what the measure reads. `NO_SUCH_GROUP`, `NO_SUCH_SPAN`: it cannot be asked so. `NO_RATES`: no exchange rates are stored. */
export type NumbersErrorCode = 'NO_REPORT' | 'NO_SUCH_GROUP' | 'NO_SUCH_SPAN' | 'NO_RATES';

export class NumbersError extends JobError<NumbersErrorCode> {
  constructor(code: NumbersErrorCode, message: string) {
    super({ code, message, retryable: false });
  }
}
