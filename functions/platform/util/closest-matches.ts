import { distance } from 'fastest-levenshtein';

/** The largest edit distance of a match, as a share of the word's length. */
const MAXIMUM_DISTANCE_SHARE = 0.7;
/** Longer words are no typing errors; the comparison takes the product of both lengths. */
const MAXIMUM_WORD_LENGTH = 200;

/**
 * The candidates that a misspelled word most likely means, for "did you mean".
 *
 * Ordered by edit distance (Levenshtein, case-insensitive); equal distances keep the given order.
 */
export function closestMatches(word: string, candidates: Iterable<string>, maximum = 3): string[] {
  if (word.length > MAXIMUM_WORD_LENGTH) return [];
  const limit = Math.max(1, Math.floor(word.length * MAXIMUM_DISTANCE_SHARE));
  return [...candidates]
    .map((candidate) => ({ candidate, edits: distance(word.toUpperCase(), candidate.toUpperCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, maximum)
    .map(({ candidate }) => candidate);
}
