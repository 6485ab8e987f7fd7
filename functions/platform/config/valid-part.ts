import type * as z from 'zod';

type Path = readonly PropertyKey[];

/** A removal may make its parent invalid, which the next round removes. */
const MAXIMUM_ROUNDS = 8;

/** What is left of a faulty input, and how to translate its paths back to those of the whole input. */
export type ValidPart<T> = { value: T; originalPath(path: string): string };

/**
 * Parses the part of an input that is valid: faulty list entries and optional members are left out. Rules can then
 * check the rest, so that a person sees all problems in one round.
 *
 * @returns `undefined` if too little is left
 */
export function validPart<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
): ValidPart<z.output<Schema>> | undefined {
  let current = json;
  const removals: Path[] = [];
  // Each round removes what the schema refused; a removal may make its surroundings invalid in turn.
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const parsed = schema.safeParse(current);
    if (parsed.success)
      return { value: parsed.data, originalPath: (path) => removals.reduceRight(shiftPath, path) };
    // Later entries of a list first, so that the positions of earlier ones stay true.
    const paths = parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key): Path => [...issue.path, key])
        : [removable(current, issue.path)],
    );
    const distinct = [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()].sort(
      laterFirst,
    );
    for (const path of distinct) {
      if (path.length === 0) return undefined;
      current = without(current, path);
      if (typeof path.at(-1) === 'number') removals.push(path);
    }
  }
  return undefined;
}

/** The nearest ancestor that is present, so that something can be removed. */
function removable(json: unknown, path: Path): Path {
  if (path.length === 0) return path;
  return valueAt(json, path) === undefined ? removable(json, path.slice(0, -1)) : path;
}

const memberOf = (value: unknown, name: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const valueAt = (json: unknown, path: Path): unknown => path.reduce(memberOf, json);

function without(json: unknown, [first, ...rest]: Path): unknown {
  if (first === undefined || typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json))
    return rest.length === 0
      ? json.filter((_, index) => index !== first)
      : json.map((entry, index) => (index === first ? without(entry, rest) : entry));
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, member]) =>
      name !== String(first) ? [[name, member]] : rest.length === 0 ? [] : [[name, without(member, rest)]],
    ),
  );
}

/** Deeper paths first, then later list entries. */
function laterFirst(a: Path, b: Path): number {
  if (a.length !== b.length) return b.length - a.length;
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (typeof part === 'number' && typeof other === 'number' && part !== other) return other - part;
  }
  return 0;
}

/** Undoes one removal in a path such as `teams[1].vendors[0]`: entries after the removed one had a higher position. */
function shiftPath(path: string, removed: Path): string {
  const parent = removed
    .slice(0, -1)
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  const position = Number(removed.at(-1));
  if (!path.startsWith(`${parent}[`)) return path;
  const match = /^\[(\d+)\](.*)$/.exec(path.slice(parent.length));
  const index = Number(match?.[1]);
  return match !== null && index >= position ? `${parent}[${index + 1}]${match[2] ?? ''}` : path;
}
