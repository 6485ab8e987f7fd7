import { parseSettings, type Settings } from '../../../../functions/platform/config/settings.ts';
import type { Chance } from '../../../engine/chance.ts';
import { ANALYTICS_REPORT } from './draw-analytics.ts';
import type { ProductTeam } from './product-apple.ts';
import { FLIPPING } from './reports-side.ts';

export const TEAMS: readonly ProductTeam[] = [
  { name: 'acme', vendor: '85012341', subscription: '101', inAppPurchase: '201', app: '6448311301' },
  { name: 'globex', vendor: '85012342', subscription: '102', inAppPurchase: '202', app: '6448311302' },
  { name: 'initech', vendor: '85012343', subscription: '103', inAppPurchase: '203', app: '6448311303' },
];

/** Of reviews with more stars nobody is told. */
export const MAX_STARS = 3;

/** Some of the reports and limits that settings may name; analytics, reviews and more reports for few teams, as they cost time. */
export function drawSettings(chance: Chance): Settings {
  const weekly = chance.happens(0.3) ? ['SALES/SUMMARY/WEEKLY'] : [];
  const approval = {
    ...(chance.happens(0.4) && { approvalAbovePercent: 25 }),
    ...(chance.happens(0.4) && { approvalForConsent: true }),
  };
  return parseSettings({
    teams: TEAMS.map(({ name, vendor, app }) => {
      const reports = ['SALES/SUMMARY/DAILY', ...weekly, ...(chance.happens(0.12) ? [FLIPPING] : [])];
      const analytics = { id: app, analytics: [ANALYTICS_REPORT], snapshot: chance.happens(0.4) };
      return {
        name,
        keys: { reports: `${name}/reports`, prices: `${name}/prices` },
        vendors: [{ number: vendor, reports, backfillDays: 1 }],
        ...(chance.happens(0.15) && { apps: [analytics] }),
        ...(chance.happens(0.15) && { reviews: { apps: [app], maxStars: MAX_STARS } }),
        prices: {
          ...{ maxIncreasePercent: 1000, maxDecreasePercent: 100, maxChangesPerDay: 100 },
          ...approval,
          desired: chance.pick(['off', 'off', 'report', 'enforce'] as const),
          watch: chance.pick(['off', 'off', 'all'] as const),
        },
      };
    }),
  });
}
