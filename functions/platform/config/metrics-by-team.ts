import type { Settings } from './settings-schema.ts';

/** Up to so many teams each metric is also published by team, where the settings do not say otherwise. */
export const MAXIMUM_TEAMS_WITH_METRICS = 20;

/**
 * Whether each team has metrics of its own. Alarms watch the metrics of the whole stack; those of single teams feed two
 * graphs of the dashboard, and CloudWatch charges for each of them.
 */
export const hasMetricsByTeam = ({
  teams,
  metricsPerTeam,
}: Pick<Settings, 'metricsPerTeam'> & { teams: { readonly length: number } }): boolean =>
  metricsPerTeam ?? teams.length <= MAXIMUM_TEAMS_WITH_METRICS;
