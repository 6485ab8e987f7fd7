/**
 * A pure function that remembers what it answered, for what is slow to find and asked again and again.
 *
 * @param most so many answers are kept; then all are forgotten, so that memory stays small whatever is asked
 */
export function memoize<Args extends readonly (string | number)[], Result>(
  most: number,
  answer: (...args: Args) => Result,
): (...args: Args) => Result {
  const known = new Map<string, { result: Result }>();
  return (...args) => {
    const key = args.join('\n');
    const found = known.get(key);
    if (found !== undefined) return found.result;
    const result = answer(...args);
    if (known.size >= most) known.clear();
    known.set(key, { result });
    return result;
  };
}
