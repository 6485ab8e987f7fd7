/** Text from other people on one line, so that it cannot add next steps of its own to a mail. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');

/** What the reader should do, as the last part of a mail; empty where there is nothing to do. */
export const nextStepsText = (steps: readonly string[]): string =>
  steps.length === 0 ? '' : `Next steps:\n${steps.map((step) => `  - ${oneLine(step)}`).join('\n')}`;

/** Every text within JSON on one line. */
export function inOneLine(json: unknown): unknown {
  if (typeof json === 'string') return oneLine(json);
  if (Array.isArray(json)) return json.map(inOneLine);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, inOneLine(value)]));
}
