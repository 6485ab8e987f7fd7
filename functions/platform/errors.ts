/** What a {@link JobError} is made of. */
export type JobErrorInit<Code extends string> = {
  /** Stable; callers switch on it and never match messages. */
  code: Code;
  /** Says what is wrong and what to do next. Never holds key material. */
  message: string;
  /** `true`: the same work may succeed later without anybody's help. */
  retryable: boolean;
  cause?: unknown;
};

/**
 * The one base class of every error this product throws on purpose.
 *
 * `retryable` decides what a caller does: retryable work is planned again, permanent work is parked where a
 * person can see it. The `cause` is always kept.
 */
export class JobError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;

  constructor(init: JobErrorInit<Code>) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    // Not the class's name: the build shortens those, and Lambda shows this one as the error's type.
    this.name = init.code;
    this.code = init.code;
    this.retryable = init.retryable;
  }
}

/** One finding about an input: where it is and how to put it right. */
export type Problem = { path: string; message: string };

/** Renders problems as indented lines, one per problem: `  - path: message`. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `  - ${path}: ${message}`).join('\n');
}
