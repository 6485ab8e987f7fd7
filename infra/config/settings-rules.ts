import type { SettingsRule } from '../../functions/platform/config/settings.ts';
import { usableEffectComparisons } from '../../functions/price-effect/change/comparison-rules.ts';
import { knownAnalytics } from '../../functions/reports/analytics/names/analytics-rules.ts';
import { knownReports, knownVersions } from '../../functions/reports/catalogue/catalogue.ts';
import { withRetiredTeams } from './recorded-teams.ts';

/** The reports of retired teams have to exist, too: their tables are made from the catalogue. */
const knownRetiredReports: SettingsRule = (settings) => {
  const { teams } = withRetiredTeams({ ...settings, teams: [] });
  return knownReports({ ...settings, teams }).map(({ path, message }) => ({
    path: path.replace(/^teams/, 'retired'),
    message,
  }));
};

/** What the domains demand of the settings beyond their shape. A domain adds its rules here. */
export const settingsRules: readonly SettingsRule[] = [
  knownReports,
  knownVersions,
  knownAnalytics,
  knownRetiredReports,
  usableEffectComparisons,
];
