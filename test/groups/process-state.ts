/** What the files of a group share, and one of them could leave changed for the others. */
export type ProcessState = {
  environment: Record<string, string | undefined>;
  values: Record<string, unknown>;
};

/** The globals that tests replace now and then. */
const GLOBALS = ['Date', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout'] as const;

/** Variables that libraries set when they are loaded, always to the same. */
const SET_AT_LOAD = new Set(['AWS_SDK_UA_APP_ID']);

/** The state at this moment. */
export const stateOf = (
  of: Pick<NodeJS.Process, 'env' | 'cwd' | 'exitCode' | 'stdout' | 'stderr'>,
): ProcessState => ({
  environment: { ...of.env },
  values: {
    'the working directory': of.cwd(),
    'process.exitCode': of.exitCode,
    'process.stdout.write': of.stdout.write,
    'process.stderr.write': of.stderr.write,
    ...Object.fromEntries(GLOBALS.map((name) => [name, globalThis[name]])),
  },
});

/** What is another now, in words. Values are not told: a variable may hold a secret. */
export const changesOf = (before: ProcessState, after: ProcessState): string[] => [
  ...changed(before.environment, after.environment)
    .filter((name) => !SET_AT_LOAD.has(name))
    .map((name) => `leaves the variable ${name} changed`),
  ...changed(before.values, after.values).map((name) => `leaves ${name} changed`),
];

const changed = (before: Record<string, unknown>, after: Record<string, unknown>): string[] =>
  Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
