import type { Reconciled } from './reconcile-prices.ts';

type Late = { team: string; day: string; isLate?: true; reason?: string };

/** What a person has to put right after a run; it fails the run, so that the alarm of its errors tells. */
export function failuresOf(
  results: readonly Reconciled[],
  watched: readonly Late[],
): { code: 'DESIRED_PRICES_UNREADABLE' | 'PRICE_LIST_LATE'; message: string } | undefined {
  const unreadable = results.filter(({ result }) => result === 'unreadable');
  if (unreadable.length > 0) {
    const list = unreadable.map(({ key, reason }) => `  - ${key}: ${reason}`).join('\n');
    return {
      code: 'DESIRED_PRICES_UNREADABLE',
      message: `${unreadable.length} of ${results.length} files of desired prices could not be compared:\n${list}`,
    };
  }
  const late = watched.filter(({ isLate }) => isLate === true);
  if (late.length === 0) return undefined;
  const list = late.map(({ team, reason = '' }) => `  - ${team}: ${reason}`).join('\n');
  return {
    code: 'PRICE_LIST_LATE',
    message: `The prices of ${late.length} team${late.length === 1 ? '' : 's'} could not be read for more than two days; what Apple moves is not told meanwhile:\n${list}`,
  };
}
