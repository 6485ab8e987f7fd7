import { request, SUBSCRIPTION } from '../end-to-end/prices/prices.ts';
import { VENDOR } from '../end-to-end/reports/sales.ts';

const bus = (detailType: string, detail: Record<string, unknown>) => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': detailType,
  source: 'app-store-connect-jobs',
  account: '111122223333',
  time: '2026-11-24T17:07:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
});
const PRODUCT = { team: 'acme', product: SUBSCRIPTION, requestedBy: 'cfo@acme.example' };
const APPROVAL = { team: 'acme', changeId: 'sale', planSha256: 'a'.repeat(64), by: 'ceo@acme.example' };
export const SCHEDULE = bus('Scheduled Event', {});
const PERIOD = { from: '2026-11-22', to: '2026-11-23' };

/** What each function is given in good days, other than by a queue. */
export const EVENTS: Readonly<Record<string, readonly unknown[]>> = {
  TellPeople: [
    bus('Price Change Failed', {
      id: 'f00d',
      changeId: 'sale',
      ...PRODUCT,
      planKey: 'audit/prices/acme/none.json',
      problems: [{ path: 'FRA', message: 'STATE_ERROR' }],
      tookEffect: ['USA'],
    }),
    bus('Price Drift Detected', {
      id: 'f00d',
      ...PRODUCT,
      file: 'desired/prices/acme/app/1.csv',
      territories: [{ territory: 'USA', currency: 'USD', present: null, desired: '9.99' }],
    }),
    bus('Report Overdue', {
      id: 'f00d',
      team: 'acme',
      vendor: VENDOR,
      report: 'SALES/SUMMARY/DAILY',
      reportDate: '2026-11-23',
      state: 'waiting',
    }),
    bus('Price Effect Measured', {
      id: 'f00d',
      changeId: 'sale',
      ...PRODUCT,
      changeDay: '2026-10-01',
      lookDays: 28,
      version: 1,
      measuredOn: '2026-11-01',
      changedTerritories: ['USA'],
      stayedTerritories: ['FRA'],
      measures: [{ measure: 'units', outcome: 'fell', ratio: 0.8, words: 'Sales fell.' }],
      remarks: [],
    }),
  ],
  NoteDelivery: [
    {
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: {
            Message: 'text',
            MessageAttributes: { id: { Type: 'String', Value: 'key#acme#reports#age#LOCALKEY00' } },
          },
        },
      ],
    },
  ],
  RotateKey: [{ team: 'acme', job: 'reports', keyId: 'LOCALKEY00', revoked: false, requestedBy: 'ops' }],
  AcceptPriceChange: [
    request('fuzzed'),
    bus('Price Change Requested', request('fuzzed')),
    { rollback: { team: 'acme', changeId: 'sale', requestedBy: 'cfo@acme.example', reason: 'oops' } },
    bus('Object Created', { object: { key: 'inbox/prices/none.csv', 'version-id': 'v1', etag: 'e' } }),
    { sweep: true },
  ],
  PlanPriceChange: [request('planned')],
  ApprovePriceChange: [bus('Price Change Approved', APPROVAL), APPROVAL],
  ApplyPriceChange: [{ planOnly: request('dry') }],
  ReconcilePrices: [SCHEDULE, bus('Object Created', { object: { key: 'desired/prices/acme/app/1.csv' } })],
  PlanReports: [
    SCHEDULE,
    { team: 'acme', vendor: VENDOR, report: 'SALES/SUMMARY/DAILY', ...PERIOD },
    { team: 'acme', app: '1', report: 'ANALYTICS/COMMERCE/App Downloads Standard/DAILY', ...PERIOD },
  ],
  StatusWidget: [
    { view: 'reports', series: 'a/b/c', widgetContext: { theme: 'dark', params: { view: 'keys' } } },
  ],
  CheckKeys: [SCHEDULE],
  FetchExchangeRates: [SCHEDULE, bus('Object Created', { object: { key: 'inbox/rates/none.csv' } })],
  MeasurePriceEffects: [
    SCHEDULE,
    { change: { team: 'acme', changeId: 'sale' } },
    { preview: { team: 'acme', product: SUBSCRIPTION, territories: ['USA'] } },
  ],
};
