/** What a command reads from and writes to; tests give their own. */
export type Io = {
  /** The result: what a pipe should see. */
  out(text: string): void;
  /** Everything else: hints, warnings, errors. */
  err(text: string): void;
  /** Asks a person; `undefined` where there is none to ask. */
  ask(question: string): Promise<string | undefined>;
  env: NodeJS.ProcessEnv;
  /** Whether the result goes to a terminal that shows colours, and nobody said NO_COLOR. */
  colours?: boolean;
  /** Whether progress may be drawn over itself. */
  terminal?: boolean;
  now(): number;
};

/** How a command ended: the process's exit code. */
export const EXIT = {
  /** All is in order. */
  ok: 0,
  /** It works, but somebody should act. */
  warning: 1,
  /** Something does not work. */
  problem: 2,
  /** The command itself could not be carried out: wrong options, no access to AWS. */
  failed: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
