import Table from 'cli-table3';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../functions/keys/store/key-use.ts';

import { formatMinute } from '../../functions/platform/util/time.ts';

export const MARKS = { problem: '✗', warning: '!', note: 'i' } as const;

/** A table of keys, and below it what is to be said of each. */
export function renderStatuses(statuses: readonly KeyStatus[]): string {
  if (statuses.length === 0) return 'No key was checked yet.';
  const table = new Table({
    head: ['key of', 'key ID', 'kind', 'role', 'age', 'rotate by', 'Apple', 'checked'],
    style: { head: [], border: [], compact: true },
  });
  for (const status of statuses) {
    const { key } = status;
    table.push([
      keyUseName(status),
      key?.keyId ?? '–',
      key?.kind ?? '–',
      key?.role ?? '–',
      key === undefined ? '–' : `${key.ageDays} of ${key.maxAgeDays} days`,
      key?.rotateBy ?? '–',
      { well: '✓ accepts it', refused: '✗ refuses it', unknown: '? not asked' }[status.health],
      formatMinute(status.checkedAt),
    ]);
  }
  const said = statuses.flatMap((status) =>
    status.findings.map(({ severity, text }) => `${MARKS[severity]} ${keyUseName(status)}: ${text}`),
  );
  return [table.toString(), ...said].join('\n');
}
