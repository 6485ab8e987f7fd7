/** How far a misspelt word may be from what was meant, as a share of its length. */
const FARTHEST_SHARE = 0.7;
const LONGEST_WORD = 200;

/**
 * The candidates that a misspelt word most likely meant, nearest first, by edit distance (Levenshtein) without
 * regard to case; equally near ones in the order given.
 */
export function closestMatches(word: string, candidates: Iterable<string>, most = 3): string[] {
  // Nobody misspells a name into a page of text; comparing takes the product of both lengths.
  if (word.length > LONGEST_WORD) return [];
  const limit = Math.max(1, Math.floor(word.length * FARTHEST_SHARE));
  return [...candidates]
    .map((candidate) => ({ candidate, distance: editDistance(word.toUpperCase(), candidate.toUpperCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const here = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      here.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (here[column] ?? 0) + 1));
    }
    above = here;
  }
  return above[to.length] ?? 0;
}
