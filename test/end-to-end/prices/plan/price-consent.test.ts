import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../../../local/world/world.ts';
import { dailySales, dayBefore, MORNING } from '../../reports/sales.ts';
import { answerOf, approvalAnswer, change, ending, wish } from '../price-teams.ts';

const VENDOR = '85012345';
const REPORT = 'SUBSCRIPTION/SUMMARY/DAILY';
const SUBSCRIPTIONS = [
  'App Name\tApp Apple ID\tSubscription Name\tSubscription Apple ID\tStandard Subscription Duration\tCustomer Price\tCustomer Currency\tDeveloper Proceeds\tProceeds Currency\tPreserved Pricing\tCountry\tActive Standard Price Subscriptions\tSubscribers',
  'Tide\t1\tPro\t701\t1 Month\t9.99\tEUR\t5.88\tEUR\t \tDE\t1200\t1200',
  'Tide\t1\tPro\t701\t1 Month\t8.99\tEUR\t5.29\tEUR\tYes\tDE\t34\t34',
  'Tide\t1\tPro\t701\t1 Month\t9.99\tUSD\t6.99\tUSD\t \tUS\t5000\t5000',
  'Tide\t1\tOther\t702\t1 Month\t9.99\tUSD\t6.99\tUSD\t \tUS\t7\t7',
].join('\n');

/** Consent of present subscribers in plans, approvals and mail, through the real handlers. */
describe('A subscription whose price goes up', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      now: MORNING,
      settings: {
        teams: [
          {
            name: 'acme',
            keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
            vendors: [{ number: VENDOR, reports: [REPORT], backfillDays: 1 }],
            prices: { approvalForConsent: true, maxIncreasePercent: 100 },
          },
        ],
      },
    });
    world.simulator.reports.put({
      ...dailySales(dayBefore(1)),
      vendor: VENDOR,
      reportType: 'SUBSCRIPTION',
      version: '1_4',
      availableAt: MORNING,
      tsv: `${SUBSCRIPTIONS}\n`,
    });
    await world.cloud.invoke('PlanReports', { report: REPORT, from: dayBefore(1), to: dayBefore(1) });
    await world.cloud.drain();
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: '701',
      period: 'ONE_MONTH',
      prices: { USA: '9.99', DEU: '9.99' },
    });
  });
  after(() => world.close());

  const request = (idempotencyKey: string, prices: Record<string, string>, more = {}) =>
    wish({
      idempotencyKey,
      product: { kind: 'subscription', id: '701' },
      prices,
      preserveCurrentPrice: false,
      ...more,
    });

  it('is planned with who must agree, how many they are and what they pay', async () => {
    const { plan } = await answerOf(
      world,
      request('dry', { USA: '10.99', DEU: '10.99' }, { dryRun: true, startDate: '2027-01-15' }),
    );
    assert.deepEqual(
      Object.entries(plan?.circumstances?.consent ?? {}).map(
        ([territory, { outcome, firstNotice, stake }]) => [territory, outcome, firstNotice, stake],
      ),
      [
        ['DEU', 'mustAgree', '2026-12-19', { subscribers: '1234', proceeds: '7235.86', currency: 'EUR' }],
        ['USA', 'informed', '2026-12-19', { subscribers: '5000', proceeds: '34950', currency: 'USD' }],
      ],
    );
    assert.equal(plan?.circumstances?.stakesOn, dayBefore(1));
  });

  it('waits for an approval where somebody must agree, and the mail says how much is at stake', async () => {
    assert.equal((await change(world, request('usa', { USA: '10.99' }))).state, 'applied');
    await answerOf(world, request('germany', { DEU: '10.99' }));
    const waiting = await ending(world, 'germany', { reached: ({ state }) => state === 'planned' });
    await world.cloud.drain();
    const mail = world.cloud.notifications().findLast(({ subject }) => subject.includes('germany'));
    assert.match(
      JSON.stringify(mail),
      /Present subscribers: must agree in 1 territory \(DEU; 1,234 subscribers, proceeds 7,235\.86 EUR per period\)/,
    );
    await approvalAnswer(world, {
      team: 'acme',
      changeId: 'germany',
      planSha256: waiting.planSha256,
      by: 'ceo@acme.example',
    });
    assert.equal((await ending(world, 'germany')).state, 'applied');
  });

  it('must be agreed to within twelve months of an increase that was made here', async () => {
    await world.pass(30 * 24 * 3_600_000);
    const { plan } = await answerOf(world, request('again', { USA: '11.99' }, { dryRun: true }));
    const consent = plan?.circumstances?.consent?.['USA'];
    assert.equal(consent?.outcome, 'mustAgree');
    assert.match(consent.reasons[0] ?? '', /was raised here on 2026-11-2\d already/);
  });

  it('was planned within what the roles of the functions allow', () => {
    assert.deepEqual(world.cloud.authorization().denied, []);
  });
});
