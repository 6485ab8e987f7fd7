/** How a command ended: the exit code of the process. */
export const EXIT = {
  /** All is in order. */
  ok: 0,
  /** It works, but somebody should act. */
  warning: 1,
  /** Something does not work. */
  problem: 2,
  /** The command could not run: wrong options, no access to AWS, or the answer to its question was no. */
  failed: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP =
  'Exit codes: 0 in order, 1 somebody should act, 2 something does not work, 3 the command could not run.';

/** Anything a command found out; notes change no exit code. */
export type Finding = { severity: 'note' | 'warning' | 'problem' };

/** The colour in which a finding is told. */
export const TONES = { note: 'good', warning: 'warning', problem: 'problem' } as const;

/** The exit code of what a command found: that of the worst finding. The only place that decides it. */
export function exitCodeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ severity }) => severity === 'problem')) return EXIT.problem;
  return findings.some(({ severity }) => severity === 'warning') ? EXIT.warning : EXIT.ok;
}
