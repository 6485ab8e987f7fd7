import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../../functions/keys/store/key-use.ts';

import { formatMinute } from '../../../functions/platform/util/time.ts';
import type { Io } from '../io.ts';
import { renderTable } from '../table.ts';

export const MARKS = { problem: '✗', warning: '!', note: 'i' } as const;

/** A table of keys, and below it what is to be said of each. */
export function renderStatuses(io: Io, statuses: readonly KeyStatus[]): string {
  if (statuses.length === 0) return 'No key was checked yet.';
  const rows = statuses.map((status) => {
    const { key, health } = status;
    return [
      keyUseName(status),
      key?.keyId ?? '–',
      key === undefined ? '–' : [key.kind, key.role].filter((part) => part !== undefined).join(', '),
      key === undefined ? '–' : `${key.ageDays} of ${key.maxAgeDays} d`,
      key?.rotateBy ?? '–',
      { well: '✓ accepts', refused: '✗ refuses', unknown: '? not asked' }[health],
    ];
  });
  const head = ['key of', 'key ID', 'kind, role', 'age', 'rotate by', 'Apple'];
  const checks = new Set(statuses.map(({ checkedAt }) => `${formatMinute(checkedAt)} UTC`));
  const details = statuses.flatMap((status) =>
    status.findings.map(({ severity, text }) => `${MARKS[severity]} ${keyUseName(status)}: ${text}`),
  );
  return [renderTable(io, head, rows), `Checked at ${[...checks].join(', ')}.`, ...details].join('\n');
}
