/** Commands that have none below them. */
const SINGLE = [
  'status',
  'doctor',
  'token',
  'products',
  'numbers',
  'init',
  'simulate',
  'mcp',
  'completion',
  'try',
];

const running: string[] = [];

/** The command that a test of this process runs now, such as `prices plan`; with two at a time, all of them. */
export const runningCommands = (): readonly string[] => running;

/** Runs a command and remembers its name meanwhile, for checks that ask on whose behalf AWS is called. */
export async function runningCommand<T>(argv: readonly string[], run: () => Promise<T>): Promise<T> {
  const [first = '', second = ''] = argv.filter((word) => !word.startsWith('-'));
  const name = SINGLE.includes(first) ? first : `${first} ${second}`;
  running.push(name);
  try {
    return await run();
  } finally {
    running.splice(running.indexOf(name), 1);
  }
}
