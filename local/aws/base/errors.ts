import { JobError } from '../../../functions/platform/errors.ts';

export type LocalCloudErrorCode =
  | 'LIMIT_EXCEEDED'
  | 'UNKNOWN_RESOURCE_TYPE'
  | 'UNKNOWN_PROPERTY'
  | 'UNKNOWN_ALARM'
  | 'UNKNOWN_INTRINSIC'
  | 'UNKNOWN_PATTERN_OPERATOR'
  | 'UNRESOLVED_REFERENCE'
  | 'ASSEMBLY_INVALID'
  | 'SYNTH_FAILED'
  | 'NO_SUCH_RESOURCE'
  | 'EMULATOR_FAILED'
  | 'NOT_DRAINED';

/** The local cloud cannot do what was asked; nothing of a deployed stack ever throws this. */
export class LocalCloudError extends JobError<LocalCloudErrorCode> {
  constructor(code: LocalCloudErrorCode, message: string, cause?: unknown) {
    super({ code, message, retryable: false, ...(cause === undefined ? {} : { cause }) });
  }
}

/** What Lambda reports about an invocation that did not end well. */
export type FunctionFailure = { errorType: string; errorMessage: string; stack: readonly string[] };

/** An invocation failed: the handler threw, timed out, or its execution environment died. */
export class FunctionError extends JobError<'FUNCTION_FAILED'> {
  readonly functionId: string;
  readonly requestId: string;
  readonly failure: FunctionFailure;

  constructor(functionId: string, requestId: string, failure: FunctionFailure) {
    super({
      code: 'FUNCTION_FAILED',
      message: `${functionId} failed: ${failure.errorType}: ${failure.errorMessage}`,
      retryable: true,
      cause: failure,
    });
    this.functionId = functionId;
    this.requestId = requestId;
    this.failure = failure;
  }
}
