import { dirname, join, normalize } from 'node:path';
import { z } from 'zod';

/** The text of each TypeScript file by its path. */
export type Sources = ReadonlyMap<string, string>;

/** More files of its own than this, and a folder holds several kinds of things. */
export const MAXIMUM_FILES = 14;

const IMPORT = /\bfrom '(\.{1,2}\/[^']+)'|\bimport\('(\.{1,2}\/[^']+)'\)/g;

/** Files that a file imports, types included. */
function importsOf(path: string, text: string, sources: Sources): string[] {
  return [...text.matchAll(IMPORT)]
    .map(([, first, second]) => normalize(join(dirname(path), first ?? second ?? '')))
    .filter((target) => sources.has(target));
}

/** Pairs of folders that import each other, each with one import of either way. */
function bothWays(sources: Sources): string[] {
  const edges = new Map<string, string>();
  for (const [path, text] of sources)
    for (const target of importsOf(path, text, sources))
      if (dirname(path) !== dirname(target))
        edges.set(`${dirname(path)} -> ${dirname(target)}`, `${path} imports ${target}`);
  return [...edges].flatMap(([edge, example]) => {
    const [from = '', to = ''] = edge.split(' -> ');
    const back = edges.get(`${to} -> ${from}`);
    return from < to && back !== undefined
      ? [`${from} and ${to} import each other: ${example}; ${back}`]
      : [];
  });
}

function crowded(sources: Sources): string[] {
  const counts = Map.groupBy(sources.keys(), dirname);
  return [...counts].flatMap(([folder, files]) =>
    files.length > MAXIMUM_FILES
      ? [
          `${folder} has ${files.length} files of its own, more than ${MAXIMUM_FILES}: which rooms does it hold?`,
        ]
      : [],
  );
}

/** What stands against the rule that imports between two rooms go one way, and that a room holds one kind of thing. */
export const roomProblems = (sources: Sources): string[] => [...bothWays(sources), ...crowded(sources)];

const RULES = z.object({
  forbidden: z.array(
    z.object({
      from: z.object({ path: z.string().optional() }),
      to: z.object({ path: z.string().optional() }),
    }),
  ),
});

/**
 * Folders of `functions/` of which no rule says what they may import.
 *
 * @param rules the text of `.dependency-cruiser.json`
 */
export function domainsWithoutRule(files: readonly string[], rules: string): string[] {
  const { forbidden } = RULES.parse(JSON.parse(rules));
  const ruled = (domain: string) =>
    forbidden.some(
      ({ from, to }) =>
        from.path !== undefined &&
        new RegExp(from.path).test(`functions/${domain}/`) &&
        to.path !== undefined &&
        new RegExp(to.path).test('functions/unknown-domain/'),
    );
  const domains = new Set(files.flatMap((file) => /^functions\/([^/]+)\//.exec(file)?.[1] ?? []));
  return [...domains]
    .filter((domain) => !ruled(domain))
    .map(
      (domain) => `functions/${domain} has no rule in .dependency-cruiser.json: which domains may it import?`,
    );
}
