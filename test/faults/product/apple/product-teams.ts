import { parseSettings, type Settings } from '../../../../functions/platform/config/settings.ts';
import type { Chance } from '../../../engine/chance.ts';
import type { ProductTeam } from './product-apple.ts';

export const TEAMS: readonly ProductTeam[] = [
  { name: 'acme', vendor: '85012341', subscription: '101', inAppPurchase: '201' },
  { name: 'globex', vendor: '85012342', subscription: '102', inAppPurchase: '202' },
  { name: 'initech', vendor: '85012343', subscription: '103', inAppPurchase: '203' },
];

/** Some of the reports and limits that settings may name, for every team. */
export function drawSettings(chance: Chance): Settings {
  const reports = ['SALES/SUMMARY/DAILY', ...(chance.happens(0.3) ? ['SALES/SUMMARY/WEEKLY'] : [])];
  const approval = {
    ...(chance.happens(0.4) && { approvalAbovePercent: 25 }),
    ...(chance.happens(0.4) && { approvalForConsent: true }),
  };
  return parseSettings({
    teams: TEAMS.map(({ name, vendor }) => ({
      name,
      keys: { reports: `${name}/reports`, prices: `${name}/prices` },
      vendors: [{ number: vendor, reports, backfillDays: 1 }],
      prices: {
        ...{ maxIncreasePercent: 1000, maxDecreasePercent: 100, maxChangesPerDay: 100 },
        ...approval,
        desired: chance.pick(['off', 'off', 'report', 'enforce'] as const),
        watch: chance.pick(['off', 'all'] as const),
      },
    })),
  });
}
