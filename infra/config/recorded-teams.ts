import type { Settings } from '../../functions/platform/config/settings.ts';

/**
 * Settings whose teams include the retired ones, for what concerns stored data: the tables of Athena list every team,
 * vendor and app that has data, whether it is still fetched or not. Never for what asks Apple.
 */
export const withRetiredTeams = (settings: Settings): Settings => ({
  ...settings,
  teams: [
    ...settings.teams,
    ...settings.retired.map(({ team, vendors, apps, reviews }) => ({
      name: team,
      keys: { reports: 'retired' },
      vendors: vendors.map((vendor) => ({ ...vendor, backfillDays: 0 })),
      apps: apps.map((app) => ({ ...app, snapshot: true })),
      ...(reviews !== undefined && { reviews: { ...reviews, minStars: 1, maxStars: 5, mail: false } }),
    })),
  ],
});
