import { parseSettings } from '../../functions/platform/config/settings.ts';

/** Settings that subscribe every report that a model reads. */
export const WAREHOUSE_SETTINGS = parseSettings({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'acme/reports', prices: 'acme/prices' },
      vendors: [
        {
          number: '85012345',
          reports: [
            'SALES/SUMMARY/DAILY',
            'SUBSCRIPTION/SUMMARY/DAILY',
            'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
            'FINANCIAL/ZZ',
          ],
        },
      ],
      prices: { watch: 'all' },
      reviews: { apps: ['6448311001'] },
    },
  ],
  notify: { emails: ['ops@acme.example'] },
});
