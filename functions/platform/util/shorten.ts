/** The field that says what {@link shortenTo} took away. */
const SHORTENED = 'shortened';

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/**
 * Shortens an object until its JSON has at most so many bytes: the largest list or text of its own is halved until it
 * fits, and what was taken away is named in a field of its own, `shortened`, a sentence each. An object that fits is
 * returned as it is.
 *
 * @example `shortenTo({ id: 'a', territories: [… 5,000] }, 20_000)` has
 *   `shortened: ['territories: 1250 of 5000 entries; the rest does not fit']`
 */
export function shortenTo(
  value: Readonly<Record<string, unknown>>,
  maxBytes: number,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...value };
  const notes = new Map<string, string>();
  while (sizeOf(result) > maxBytes) {
    const [field] = Object.keys(result)
      .filter((name) => name !== SHORTENED)
      .sort((a, b) => sizeOf(result[b]) - sizeOf(result[a]));
    if (field === undefined) break;
    const { rest, note } = halved(result[field], value[field]);
    if (rest === undefined) delete result[field];
    else result[field] = rest;
    notes.set(field, `${field}: ${note}`);
    result[SHORTENED] = [...notes.values()];
  }
  return result;
}

function halved(value: unknown, original: unknown): { rest: unknown; note: string } {
  if (Array.isArray(value) && value.length > 0 && Array.isArray(original)) {
    const rest: unknown[] = value.slice(0, Math.floor(value.length / 2));
    return { rest, note: `${rest.length} of ${original.length} entries; the rest does not fit` };
  }
  if (typeof value === 'string' && value.length > 1 && typeof original === 'string') {
    const rest = value.slice(0, Math.floor(value.length / 2));
    return { rest, note: `${rest.length} of ${original.length} characters; the rest does not fit` };
  }
  return { rest: undefined, note: 'does not fit' };
}

/** The start of a text, at most so many bytes, with a note where something was cut off. */
export function shortenText(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  // A character has at most four bytes; half of one is dropped by the decoder.
  const kept = new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes)).replace(/\uFFFD+$/, '');
  return `${kept}\n\n(Shortened: ${kept.length} of ${text.length} characters; the rest does not fit into a message.)`;
}

/** The first few of some names, and how many more there are: `AUT, DEU, FRA and 12 more`. */
export function someOf(names: readonly string[], maximum = 5): string {
  const more = names.length - maximum;
  return more > 0 ? `${names.slice(0, maximum).join(', ')} and ${more} more` : names.join(', ');
}
