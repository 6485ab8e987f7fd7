import Table from 'cli-table3';
import { type KeyStatus, severityOf } from '../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../functions/keys/store/key-use.ts';
import { formatMinute } from '../../functions/platform/util/time.ts';
import { EXIT, type ExitCode } from './io.ts';

/** The exit code of the worst finding. */
export function exitOf(statuses: readonly Pick<KeyStatus, 'findings'>[]): ExitCode {
  const severity = severityOf(statuses.flatMap(({ findings }) => findings));
  if (severity === 'problem') return EXIT.problem;
  return severity === 'warning' ? EXIT.warning : EXIT.ok;
}

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
