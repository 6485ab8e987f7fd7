import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../local/world/world.ts';
import { ask, priceSettings, put, request, SUBSCRIPTION, settled, TEN } from './prices/prices.ts';
import { putSampleSales } from './reports/sales.ts';

const [team] = priceSettings({ approvalAbovePercent: 20 }).teams;
const SETTINGS = {
  teams: [{ ...team, vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 3 }] }],
};

describe('What people see and are told', () => {
  let world: World;
  const widget = async (params: Record<string, unknown>): Promise<string> =>
    String(
      await world.cloud.invoke('StatusWidget', {
        ...params,
        widgetContext: { theme: 'dark', dashboardName: 'jobs', params },
      }),
    );
  const mail = (subject: string) => world.cloud.notifications().find((one) => one.subject === subject);

  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: SUBSCRIPTION.id,
      prices: { USA: '49.99' },
      territories: 'all',
    });
    putSampleSales(world, ['2026-11-23', '2026-11-22', '2026-11-21']);
    await world.cloud.invoke('PlanReports');
    await world.cloud.invoke('CheckKeys');
    await put(world, 'Price Change Requested', request('sale'));
    await settled(world, 'sale');
    await put(world, 'Price Change Requested', request('deep sale', { prices: { USA: '34.99' } }));
    await settled(world, 'deep sale', ({ state }) => state === 'planned');
    await world.cloud.drain();
  });
  after(() => world.close());

  it('an applied change is told with its territories, in mail and in chat', () => {
    const told = mail('acme: price change sale is applied');
    assert.match(told?.email ?? '', /2 of 2 territories change \(2 down, by up to 10 % \(FRA\)\)/);
    assert.match(told?.email ?? '', /\n {2}USA +49\.99 USD +44\.99 USD +-10 %/);
    const chat = JSON.parse(told?.chat ?? '{}');
    assert.equal(chat.content.title, ':white_check_mark: acme: price change sale is applied');
  });

  it('a change that waits is told with the command that approves it', () => {
    assert.match(
      mail('acme: price change deep sale waits for your approval')?.email ?? '',
      /approve it: npx asc-jobs prices approve --team acme 'deep sale' --plan [0-9a-f]{64}\n/,
    );
  });

  it('a request that is refused at the door is told with its problems', async () => {
    await put(world, 'Price Change Requested', { team: 'acme', idempotencyKey: 'wrong', prices: {} });
    await world.cloud.drain();
    assert.match(
      mail('acme: price change wrong was rejected')?.email ?? '',
      /- prices: must name at least one territory/,
    );
  });

  it('the dashboard’s overview says what waits for a person', async () => {
    const html = await widget({ view: 'overview' });
    assert.match(html, /1 thing for a person/);
    assert.match(html, /Price change <bdi>deep sale<\/bdi>/);
    assert.match(html, /3 of 3/);
  });

  it('the widget shows a date’s history when it is called with it', async () => {
    const series = 'acme/85012345/SALES/SUMMARY/DAILY';
    const html = await widget({ view: 'reports', series, date: '2026-11-22' });
    assert.match(html, /id="chosen"[\s\S]*stored: \d+ rows/);
  });

  it('the widget shows a change’s plan and its audit', async () => {
    const html = await widget({ view: 'prices', change: 'acme/sale' });
    assert.match(html, /<th scope="row">United States <span class="quiet short">USA/);
    assert.match(html, /999-applied\.json/);
  });

  it('the widget shows keys with what the check found', async () => {
    assert.match(await widget({ view: 'keys' }), /acme\/reports[\s\S]*accepted/);
  });

  it('the widget describes itself to the console', async () => {
    assert.match(
      JSON.stringify(await world.cloud.invoke('StatusWidget', { describe: true })),
      /"markdown":"## App/,
    );
  });

  it('nothing that was asked is sent by looking', async () => {
    const before = world.simulator.requests().length;
    await widget({ view: 'overview' });
    assert.equal(world.simulator.requests().length, before);
    assert.match(JSON.stringify(await ask(world, request('sale'))), /duplicate/);
  });
});
