import type { Register } from './context/context.ts';

/**
 * Every command, in the order of the help; a new one is a file in `commands/` and a line here.
 *
 * Each is loaded when it is named: a token takes no time for the AWS SDK, DuckDB or the simulator.
 */
const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<Register>>> = {
  status: async () => (await import('./commands/status.ts')).registerStatus,
  reports: async () => (await import('./commands/reports/index.ts')).registerReports,
  numbers: async () => (await import('./commands/numbers/numbers.ts')).registerNumbers,
  prices: async () => (await import('./commands/prices/index.ts')).registerPrices,
  products: async () => (await import('./commands/products.ts')).registerProducts,
  keys: async () => (await import('./commands/keys/index.ts')).registerKeys,
  tables: async () => (await import('./commands/tables/ddl.ts')).registerTables,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
  token: async () => (await import('./commands/token.ts')).registerToken,
  try: async (argv) =>
    isTryAlone(argv)
      ? (await import('./commands/try/try-command.ts')).registerTryAlone
      : (await import('./commands/try/index.ts')).registerTry,
  mcp: async () => (await import('./commands/mcp/index.ts')).registerMcp,
  init: async () => (await import('./commands/init/index.ts')).registerInit,
  simulate: async () => (await import('./commands/simulate.ts')).registerSimulate,
  completion: async () => (await import('./commands/completion.ts')).registerCompletion,
};

/** Completion describes all commands. */
const DESCRIBES_ALL = 'completion';

/** Global options that are followed by a value. */
const WITH_VALUE = new Set(['--endpoint', '--settings', '--stage']);

/** What works in the folder of `try`, and what describes it; a test holds the names against the help. */
const WITHIN_TRY = new Set([
  'reports',
  'numbers',
  'prices',
  'status',
  'export',
  'mcp',
  'help',
  '--help',
  '-h',
]);

/**
 * Whether `try` is called without any of its subcommands: then they are not loaded, and the first numbers are here earlier. Every
 * word but `try` is then an option or follows one.
 */
const isTryAlone = (argv: readonly string[]): boolean =>
  argv.every(
    (word, index) =>
      !WITHIN_TRY.has(word) &&
      (word === 'try' || word.startsWith('-') || argv[index - 1]?.startsWith('-') === true),
  );

/** The command that the arguments name: the first word that is neither an option nor an option's value. */
function commandIn(argv: readonly string[]): string | undefined {
  return argv.find((word, index) => !word.startsWith('-') && !WITH_VALUE.has(argv[index - 1] ?? ''));
}

/** What registers the command that the arguments name; all commands where they name none, or one that there is not. */
export function registersFor(argv: readonly string[]): Promise<Register[]> {
  const name = commandIn(argv);
  const isOne = name !== undefined && name !== DESCRIBES_ALL && Object.hasOwn(COMMANDS, name);
  const named = isOne ? COMMANDS[name] : undefined;
  return Promise.all(named === undefined ? Object.values(COMMANDS).map((load) => load(argv)) : [named(argv)]);
}
