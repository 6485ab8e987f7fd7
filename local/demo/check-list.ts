/** Claims that a run makes, each checked. The run's exit code is whether all of them held. */
export type CheckList = {
  check(claim: string, held: boolean, otherwise?: string): void;
  /** One line per claim. */
  lines(): string[];
  failed(): number;
};

export function createCheckList(): CheckList {
  const results: { claim: string; held: boolean; otherwise: string }[] = [];
  return {
    check: (claim, held, otherwise = '') => void results.push({ claim, held, otherwise }),
    lines: () =>
      results.map(({ claim, held, otherwise }) =>
        held ? `  ✓ ${claim}` : `  ✗ ${claim}${otherwise === '' ? '' : ` (${otherwise})`}`,
      ),
    failed: () => results.filter(({ held }) => !held).length,
  };
}
