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
  /** Columns of the terminal. */
  width?: number;
  now(): number;
};
