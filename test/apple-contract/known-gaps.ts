/** What Apple's published file (version 3.7.0) does not say and Apple does, or is seen to do. */
export type KnownGap = { problems: readonly string[]; reason: string };

export const KNOWN_GAPS: readonly KnownGap[] = [];

const known = new Set(KNOWN_GAPS.flatMap(({ problems }) => problems));

/** The problems that no known gap explains. */
export const unexplained = (problems: readonly string[]): string[] =>
  problems.filter((problem) => !known.has(problem));
