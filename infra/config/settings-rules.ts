import type { SettingsRule } from '../../functions/platform/config/settings.ts';
import { knownAnalytics } from '../../functions/reports/analytics/analytics-rules.ts';
import { knownReports, knownVersions } from '../../functions/reports/catalogue/catalogue.ts';

/** What the domains demand of the settings beyond their shape. A domain adds its rules here. */
export const settingsRules: readonly SettingsRule[] = [knownReports, knownVersions, knownAnalytics];
