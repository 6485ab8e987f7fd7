/** Text from other people on one line, so that it cannot add next steps of its own to a mail. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');

/** What the reader should do, as the last part of a mail; empty where there is nothing to do. */
export const nextStepsText = (steps: readonly string[]): string =>
  steps.length === 0 ? '' : `Next steps:\n${steps.map((step) => `  - ${oneLine(step)}`).join('\n')}`;
