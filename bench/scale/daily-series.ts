import { parseSettings } from '../../functions/platform/config/settings.ts';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';

const DAILY = CATALOGUE.filter(({ name }) => name.endsWith('/DAILY')).map(({ name }) => name);

/** Settings of teams of so many daily series each, with as many vendors as that takes. */
export const dailySeries = (teams: number, series: number, days: number) =>
  parseSettings({
    teams: Array.from({ length: teams }, (_, team) => ({
      name: `team-${team}`,
      keys: { reports: `team-${team}` },
      vendors: Array.from({ length: Math.ceil(series / DAILY.length) }, (_, vendor) => ({
        number: String(80_000_000 + 100 * team + vendor),
        reports: DAILY.slice(0, series - vendor * DAILY.length),
        backfillDays: days,
      })),
    })),
  });
