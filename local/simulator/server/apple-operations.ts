import operations from './apple-operations.json' with { type: 'json' };

/**
 * The names of all operations of App Store Connect: path → methods. Names only, so that the simulator can tell what
 * Apple does not have from what it does not play itself. Made by test/apple-contract/operations.test.ts.
 */
const methodsByPath: ReadonlyMap<string, string> = new Map(Object.entries(operations));

/** Paths by number of parts and version, as each request searches them. */
const patterns = Map.groupBy(methodsByPath.keys(), (path) => path.split('/').length);

/** The methods that Apple has at a path; `undefined` for a path that Apple does not have. */
export function appleMethods(path: string): string[] | undefined {
  const parts = path.split('/');
  const fitting = (patterns.get(parts.length) ?? []).filter((pattern) =>
    pattern.split('/').every((part, at) => part === parts[at] || (part.startsWith('{') && parts[at] !== '')),
  );
  if (fitting.length === 0) return undefined;
  return fitting.flatMap((pattern) => methodsByPath.get(pattern)?.split(' ') ?? []);
}
