import type { Chance } from '../../../engine/chance.ts';

const HOUR = 3_600_000;

/** What happens at Apple to a team's analytics and reviews, and to the versions of reports. */
export type ReportEvent =
  | { kind: 'reviewIsWritten' | 'reviewIsEdited' | 'reviewIsAnswered' | 'reviewVanishes'; team: number }
  | { kind: 'requestStops' | 'requestIsMade' | 'instanceComes'; team: number }
  | { kind: 'segmentsAreSpoiled'; team: number; times: number }
  | { kind: 'versionsChange' }
  /** Apple's servers do not agree on the versions for a while. */
  | { kind: 'versionsDiffer'; millis: number };

const SHARES: readonly [ReportEvent['kind'], number][] = [
  ['reviewIsWritten', 0.35],
  ['reviewIsEdited', 0.15],
  ['reviewIsAnswered', 0.12],
  ['reviewVanishes', 0.04],
  ['requestStops', 0.05],
  ['requestIsMade', 0.03],
  ['instanceComes', 0.15],
  ['segmentsAreSpoiled', 0.15],
  ['versionsChange', 0.12],
  ['versionsDiffer', 0.08],
];

export function drawReportEvents(chance: Chance, teams: number): (ReportEvent & { seed: number })[] {
  return SHARES.filter(([, share]) => chance.happens(share)).map(([kind]) => ({
    ...fieldsOf(kind, chance, teams),
    seed: chance.below(1_000_000_000),
  }));
}

function fieldsOf(kind: ReportEvent['kind'], chance: Chance, teams: number): ReportEvent {
  if (kind === 'versionsChange') return { kind };
  if (kind === 'versionsDiffer') return { kind, millis: chance.below(6 * HOUR) };
  const team = chance.below(teams);
  return kind === 'segmentsAreSpoiled' ? { kind, team, times: 1 + chance.below(3) } : { kind, team };
}
