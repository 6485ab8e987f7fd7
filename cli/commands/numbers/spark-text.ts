const BLOCKS = [...'▁▂▃▄▅▆▇█'];

/**
 * Values as a line of blocks, from the lowest to the highest of them; a gap is a space.
 *
 * @param maximumWidth so many blocks; neighbouring values are put together above that
 * @param join how: values of a flow are added, of a balance the last one counts
 */
export function sparkText(
  values: readonly (string | null)[],
  maximumWidth: number,
  join: 'sum' | 'last',
): string {
  const size = Math.ceil(values.length / maximumWidth);
  const points: (number | undefined)[] = [];
  for (let start = 0; start < values.length; start += size) {
    const some = values.slice(start, start + size).filter((value) => value !== null);
    const numbers = some.map(Number);
    points.push(
      join === 'last' ? numbers.at(-1) : some.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0),
    );
  }
  const known = points.filter((point) => point !== undefined);
  const [low, high] = [Math.min(0, ...known), Math.max(...known)];
  const range = high - low;
  return points
    .map((point) =>
      point === undefined
        ? ' '
        : (BLOCKS[range === 0 ? 0 : Math.round(((point - low) / range) * (BLOCKS.length - 1))] ?? ''),
    )
    .join('');
}
