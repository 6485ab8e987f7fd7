import { formatMinute } from '../../../functions/platform/util/time.ts';
import { productName } from '../../../functions/prices/request/product.ts';
import { type ChangeRecord, wayBackState } from '../../../functions/prices/store/change-record.ts';
import type { Context } from '../../context/context.ts';
import { TONES } from '../../terminal/exit-code.ts';
import { plain, renderTable, toned } from '../../terminal/table.ts';
import { outcomeFinding } from './wait-for-changes.ts';

/** Changes as a table, and below it why one did not end well or what it waits for. */
export function renderChanges({ io }: Context, records: readonly ChangeRecord[]): string {
  if (records.length === 0) return 'No price changes.';
  const table = renderTable(
    io,
    ['change', 'team', 'product', 'state', 'asked for by', 'last step (UTC)'],
    records.map(({ changeId, team, request, label, state, movedAt }) => [
      plain(changeId),
      team,
      plain(productName(request.product, label)),
      toned(io, TONES[outcomeFinding({ state }).severity], state),
      plain(request.requestedBy),
      formatMinute(movedAt),
    ]),
  );
  const details = records.flatMap(({ changeId, outcome, problems, request, state, waiting, wayBack }) => [
    ...(waiting === undefined
      ? []
      : [`${plain(changeId)} waits since ${formatMinute(waiting.since)} (UTC): ${plain(waiting.reason)}`]),
    ...[wayBackState({ wayBack, request })].flatMap((way) =>
      way === undefined ? [] : [`${plain(changeId)}: ${plain(way)}`],
    ),
    ...(outcome === undefined || state === 'applied' ? [] : [`${plain(changeId)}: ${plain(outcome)}`]),
    ...problems.map(({ path, message }) => `  - ${plain(path)}: ${plain(message)}`),
  ]);
  return [table, ...details].join('\n');
}
