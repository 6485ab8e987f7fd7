import { setTimeout as wait } from 'node:timers/promises';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import type { Context } from '../../context/context.ts';
import { changeLedger } from '../../deployment/ledgers.ts';
import type { Finding } from '../../terminal/exit-code.ts';
import { startProgress } from '../../terminal/progress.ts';

const LOOK_MILLIS = 500;
/** A change of 175 single writes takes a minute; one that waits for Apple's hour may take two hours. */
export const PATIENCE_MILLIS = 15 * 60_000;

/** Nothing more happens without somebody. */
const isAtRest = (record: ChangeRecord | undefined): boolean =>
  record !== undefined && (isOver(record) || record.state === 'planned');

/** Waits until changes are over or wait for an approval, and gives them as they are then. */
export async function waitForChanges(
  context: Context,
  changes: readonly { team: string; changeId: string }[],
): Promise<ChangeRecord[]> {
  const ledger = await changeLedger(context);
  const until = performance.now() + PATIENCE_MILLIS;
  const progress = startProgress(context.io, 'price changes', changes.length);
  for (;;) {
    const records = await Promise.all(changes.map(({ team, changeId }) => ledger.change(team, changeId)));
    const resting = records.filter(isAtRest).length;
    progress.at(resting);
    if (resting === changes.length || performance.now() > until) {
      progress.end();
      return records.filter((record) => record !== undefined);
    }
    await wait(LOOK_MILLIS);
  }
}

/** What a change that was asked for came to. Refused is a problem here: somebody wanted it. */
export function outcomeFinding({ state }: ChangeRecord): Finding {
  if (state === 'applied') return { severity: 'note' };
  return { severity: isOver({ state }) ? 'problem' : 'warning' };
}
