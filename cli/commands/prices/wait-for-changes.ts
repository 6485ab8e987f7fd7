import { MINUTE_MILLIS } from '../../../functions/platform/util/time.ts';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import type { Context } from '../../context/context.ts';
import { changeLedger } from '../../deployment/ledgers.ts';
import type { Finding } from '../../terminal/exit-code.ts';
import { waitWithProgress } from '../../terminal/wait-with-progress.ts';

const LOOK_MILLIS = 500;
/** A change of 175 single writes takes a minute; one that waits for Apple's hour may take two hours. */
export const PATIENCE_MILLIS = 15 * MINUTE_MILLIS;

/** Nothing more happens without somebody. */
const isAtRest = (record: ChangeRecord | undefined): boolean =>
  record !== undefined && (isOver(record) || record.state === 'planned');

/** Waits until changes are over or wait for an approval, and gives them as they are then. */
export async function waitForChanges(
  context: Context,
  changes: readonly { team: string; changeId: string }[],
): Promise<ChangeRecord[]> {
  const ledger = await changeLedger(context);
  const { seen } = await waitWithProgress(
    context.io,
    'price changes',
    async () => {
      const records = await Promise.all(changes.map(({ team, changeId }) => ledger.change(team, changeId)));
      const done = records.filter(isAtRest).length;
      return { seen: records, done, total: changes.length, rests: done === changes.length };
    },
    { patienceMillis: PATIENCE_MILLIS, everyMillis: LOOK_MILLIS },
  );
  return seen.filter((record) => record !== undefined);
}

/** What a change that was asked for came to. Refused is a problem here: somebody wanted it. */
export function outcomeFinding({ state }: Pick<ChangeRecord, 'state'>): Finding {
  if (state === 'applied') return { severity: 'note' };
  return { severity: isOver({ state }) ? 'problem' : 'warning' };
}
