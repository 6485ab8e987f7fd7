/**
 * Remembers the results of a pure function that is slow and called often with the same arguments.
 *
 * @param maximumEntries results kept; one more result forgets all of them, so that memory stays bounded
 */
export function memoize<Args extends readonly (string | number)[], Result>(
  maximumEntries: number,
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  const results = new Map<string, { result: Result }>();
  return (...args) => {
    const key = args.join('\n');
    const known = results.get(key);
    if (known !== undefined) return known.result;
    const result = compute(...args);
    if (results.size >= maximumEntries) results.clear();
    results.set(key, { result });
    return result;
  };
}
