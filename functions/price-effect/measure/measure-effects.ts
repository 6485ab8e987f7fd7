import type { TeamSettings } from '../../platform/config/settings.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { dayNumber } from '../history/day-number.ts';
import { changeTable, changeTableKey } from '../store/effect-rows.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { type ChangeLooks, looksAt } from './looks-at.ts';
import { changeMoves, roughDay } from './moved-changes.ts';

/** Days after the beginning of a price within which its looks can still come or be made anew. */
const WATCHED_DAYS = 120;

/** What to measure: everything that is due, or one change. */
export type Wanted = { team: string; changeId: string } | undefined;

export type MeasuredEffects = {
  changes: ChangeLooks[];
  /** Changes that could not be looked at, each with the reason; the others were. */
  failures: { changeId: string; reason: string }[];
};

/**
 * Measures every look that is due, once each, and writes applied changes into the table of price changes. Whatever was
 * written and not told by a run that died is told by the next one.
 */
export async function measureEffects(deps: EffectDependencies, wanted?: Wanted): Promise<MeasuredEffects> {
  const changes: ChangeLooks[] = [];
  const failures: MeasuredEffects['failures'] = [];
  for (const team of deps.teams) {
    if (team.keys.prices === undefined || (wanted !== undefined && wanted.team !== team.name)) continue;
    const all: ChangeRecord[] = [];
    for await (const record of deps.ledger.changesSince(team.name, 0)) all.push(record);
    if (wanted === undefined) failures.push(...(await recordChanges(deps, team, all)));
    for (const record of all.filter((change) => isWanted(deps, change, wanted))) {
      try {
        changes.push(await looksAt(deps, team, record, all));
      } catch (error) {
        deps.log.error('The effect of a price change could not be measured', {
          team: team.name,
          changeId: record.changeId,
          error,
        });
        failures.push({ changeId: record.changeId, reason: messageOf(error) });
      }
    }
  }
  if (wanted === undefined)
    deps.metric(
      MetricName.priceEffectWaitingDays,
      Math.max(0, ...changes.flatMap(({ looks }) => looks.map(({ waitsDays = 0 }) => waitsDays))),
    );
  return { changes, failures };
}

function isWanted({ clock }: EffectDependencies, record: ChangeRecord, wanted: Wanted): boolean {
  if (record.state !== 'applied' || !record.everSent) return false;
  if (wanted !== undefined) return record.changeId === wanted.changeId;
  return roughDay(record) >= dayNumber(pacificToday(clock.now())) - WATCHED_DAYS;
}

/** Writes the rows of every applied change whose file is not there yet. */
async function recordChanges(
  deps: EffectDependencies,
  team: TeamSettings,
  all: readonly ChangeRecord[],
): Promise<MeasuredEffects['failures']> {
  const failures: MeasuredEffects['failures'] = [];
  const applied = all.filter(({ state, everSent }) => state === 'applied' && everSent);
  if (applied.length === 0) return failures;
  const present = await deps.store.tableFiles(`tables/price_changes/team=${team.name}/`);
  for (const record of applied) {
    const key = changeTableKey(record);
    if (present.has(key)) continue;
    try {
      const { moves } = await changeMoves(deps, record);
      await deps.store.putTable(key, await changeTable(record, moves));
    } catch (error) {
      deps.log.error('A price change could not be written into its table', {
        team: team.name,
        changeId: record.changeId,
        error,
      });
      failures.push({ changeId: record.changeId, reason: messageOf(error) });
    }
  }
  return failures;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
