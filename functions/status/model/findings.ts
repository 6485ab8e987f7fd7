import type { Finding, KeyStatus } from '../../keys/store/key-status.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import { productKey } from '../../prices/request/product.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { reasonOf } from '../../reports/partition/freshness.ts';
import { needsPerson } from './day-states.ts';
import { seriesName } from './place.ts';
import type { SeriesStatus, Status } from './status.ts';

/** `problem`: something does not work. `warning`: it works, but somebody should act. */
export type Severity = Exclude<Finding['severity'], 'note'>;

/** Report dates that are overdue or failed for one reason. */
export type ReportFinding = {
  kind: 'reports';
  severity: Severity;
  state: 'failed' | 'overdue';
  /** Apple's last answer or our last error; absent where there is none yet. */
  reason: string | undefined;
  /** Each series with its dates, oldest first. */
  series: { name: string; report: string; dates: string[] }[];
};
export type ChangeFinding = { kind: 'change'; severity: Severity; record: ChangeRecord };
export type KeyFinding = { kind: 'key'; severity: Severity; status: KeyStatus; text: string };
/** The planner is silent, so what the page shows of reports may be old. */
export type PlannerFinding = { kind: 'planner'; severity: Severity; text: string };
export type StatusFinding = KeyFinding | ChangeFinding | PlannerFinding | ReportFinding;

/** Everything that somebody should look at: keys first, as reports and prices wait for them. */
export const findingsOf = ({
  series,
  changes,
  keys,
  ...planner
}: Pick<Status, 'series' | 'changes' | 'keys' | 'plannerRanAt' | 'asOf'>) =>
  [
    ...keys.flatMap(keyFindings),
    ...changeFindings(changes.map(({ record }) => record)),
    ...(series.length === 0 ? [] : plannerFindings(planner)),
    ...reportFindings(series),
  ] satisfies StatusFinding[];

/** Changes that are over and leave nothing to do. */
const ENDED_WELL: ReadonlySet<ChangeRecord['state']> = new Set([
  'applied',
  'rejected',
  'declined',
  'withdrawn',
]);

/** Whether a price change counts as open: it is not over, or it ended so that somebody should look. */
export const isOpen = ({ state }: Pick<ChangeRecord, 'state'>): boolean => !ENDED_WELL.has(state);

/** The planner runs hourly: as long as its alarm waits. */
const SILENT_AFTER_MILLIS = 3 * HOUR_MILLIS;

/** Whether the planner has not run yet, or not for long. */
export function plannerFindings({
  plannerRanAt,
  asOf,
}: Pick<Status, 'plannerRanAt' | 'asOf'>): PlannerFinding[] {
  if (plannerRanAt === undefined) return [];
  if (plannerRanAt === null) {
    const text =
      'The planner has not run yet: nothing is known of any report. It runs at seven past every hour.';
    return [{ kind: 'planner', severity: 'warning', text }];
  }
  const hours = Math.floor((asOf - plannerRanAt) / HOUR_MILLIS);
  if (asOf - plannerRanAt < SILENT_AFTER_MILLIS) return [];
  const since = hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  const text = `The planner has not completed a run for ${since}: no new report is fetched, and what is shown here is as old. See PlannerSilent in docs/runbook.md.`;
  return [{ kind: 'planner', severity: 'problem', text }];
}

/** The worst findings of a key; less severe ones are often their consequence. */
export function keyFindings(status: KeyStatus): KeyFinding[] {
  const worst = (['problem', 'warning'] as const).find((severity) =>
    status.findings.some((finding) => finding.severity === severity),
  );
  if (worst === undefined) return [];
  return status.findings
    .filter(({ severity }) => severity === worst)
    .map(({ text }) => ({ kind: 'key', severity: worst, status, text }));
}

/**
 * Changes that wait for an approval, and those that went wrong, unless a later change of the same product was applied:
 * what it asked for is Apple's state now.
 */
export function changeFindings(records: readonly ChangeRecord[]): ChangeFinding[] {
  const applied = new Map<string, number>();
  for (const { state, team, request, seq } of records) {
    const product = productKey(team, request.product);
    if (state === 'applied') applied.set(product, Math.max(seq, applied.get(product) ?? 0));
  }
  return records.flatMap((record): ChangeFinding[] => {
    const severity = severityOfChange(record);
    if (severity === undefined) return [];
    const superseded = (applied.get(productKey(record.team, record.request.product)) ?? 0) > record.seq;
    return superseded && record.state === 'failed' ? [] : [{ kind: 'change', severity, record }];
  });
}

function severityOfChange({ state }: ChangeRecord): Severity | undefined {
  if (state === 'failed' || state === 'unsettled') return 'problem';
  return state === 'planned' ? 'warning' : undefined;
}

/** One finding per reason, whichever series it concerns. */
export function reportFindings(series: readonly SeriesStatus[]): ReportFinding[] {
  const found = new Map<string, ReportFinding>();
  for (const seriesStatus of series) {
    for (const { date, state, item } of seriesStatus.days) {
      if (!needsPerson(state)) continue;
      const reason = item === undefined ? undefined : reasonOf(item);
      const key = JSON.stringify([state, reason]);
      const finding: ReportFinding = found.get(key) ?? {
        kind: 'reports',
        severity: state === 'failed' ? 'problem' : 'warning',
        state,
        reason,
        series: [],
      };
      found.set(key, finding);
      const last = finding.series.at(-1);
      const name = seriesName(seriesStatus);
      if (last?.name === name) last.dates.push(date);
      else finding.series.push({ name, report: seriesStatus.report, dates: [date] });
    }
  }
  return [...found.values()].sort((a, b) => Number(b.state === 'failed') - Number(a.state === 'failed'));
}
