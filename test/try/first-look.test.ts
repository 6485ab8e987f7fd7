import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { onceSent } from '../../cli/commands/try/first/once-sent.ts';
import { type UnitsOfDay, unitsOfDay } from '../../cli/commands/try/first/units-of-day.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { withPriorities } from '../../local/try/report-jobs.ts';
import { type Account, openAccount, VENDOR } from './account.ts';

const NEWEST = '2026-11-23';
const jsonSchema = z.object({
  units: z.array(z.object({ app: z.string(), sku: z.string(), day: z.string(), units: z.string() })),
});

/** What the file of a day says, by name of the app. */
function inFileOf(day: string): UnitsOfDay {
  const units = unitsOfDay(day, sampleSales({ vendor: VENDOR, day }));
  assert.ok(units !== undefined);
  return units;
}
const lineOf = ({ day, apps }: UnitsOfDay): string =>
  `Units on ${day}: ${apps.map(({ app, units }) => `${app} ${units}`).join(', ')}`;

const salesDates = ({ simulator }: Account): (string | undefined)[] =>
  simulator
    .requests()
    .filter(({ path }) => path === '/v1/salesReports')
    .map(({ query }) => new Map(query))
    .filter((query) => query.get('filter[reportType]') === 'SALES')
    .map((query) => query.get('filter[reportDate]'));

describe('The first numbers of asc-jobs try', () => {
  let account: Account;
  before(async () => {
    account = await openAccount();
  });
  after(() => account.close());

  it('are the units of the newest day by app, before anything else is said', async () => {
    const { exit, out, err } = await account.try(['--json', '--no-open']);
    assert.equal(exit, 0, err);
    assert.equal(err.split('\n')[0], lineOf(inFileOf(NEWEST)));
    const [first] = account.simulator.requests();
    assert.equal(first?.path, '/v1/salesReports');
    assert.equal(new Map(first?.query).get('filter[reportDate]'), NEWEST, 'asked for before all else');
    const { units } = jsonSchema.parse(JSON.parse(out));
    const ofNewest = units.filter(({ day }) => day === NEWEST);
    assert.deepEqual(
      ofNewest.map(({ app, units: count }) => ({ app, units: Number(count) })),
      inFileOf(NEWEST).apps,
      'the tables say the same',
    );
    assert.equal(new Set(units.map(({ day }) => day)).size, 29, 'every day with sales');
  });

  it('cost one request of the first call, and none of a later one', async () => {
    assert.equal(salesDates(account).filter((date) => date === NEWEST).length, 2);
    account.simulator.clearRequests();
    const { err } = await account.try(['--json', '--no-open']);
    assert.doesNotMatch(err, /Units on/);
    assert.deepEqual(salesDates(account), ['2026-11-22']);
  });

  it('are those of the day before while the newest report is late', async () => {
    const late = await openAccount();
    try {
      late.simulator.reports.late({
        vendor: VENDOR,
        reportType: 'SALES',
        reportSubType: 'SUMMARY',
        frequency: 'DAILY',
        version: '1_0',
        reportDate: NEWEST,
        availableAt: late.clock.now() + 3_600_000,
      });
      const { err } = await late.try(['--json', '--no-open', '--days', '3']);
      assert.equal(err.split('\n')[0], lineOf(inFileOf('2026-11-22')));
    } finally {
      await late.close();
    }
  });

  it('are left out for a key that may not read them, which is told as before', async () => {
    const narrow = await openAccount('APP_MANAGER');
    try {
      const { exit, err } = await narrow.try(['--no-open']);
      assert.equal(exit, 2);
      assert.doesNotMatch(err, /Units on/);
      assert.match(err, /Make one with the role Finance/);
    } finally {
      await narrow.close();
    }
  });
});

describe('Requests on their way', () => {
  it('are waited for no longer where no connection can be made', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    const sent = onceSent(1);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    await sent;
  });
});

describe('Units of a day', () => {
  const header = 'SKU\tTitle\tUnits\tParent Identifier';

  it('count purchases to their app and take refunds off', () => {
    const rows = ['a\tNotes\t5\t ', 'a.pro\tPro\t3\ta', 'a.pro\tPro\t-1\ta ', 'b.coin\tCoins\t9\tb'];
    assert.deepEqual(unitsOfDay(NEWEST, `${[header, ...rows].join('\n')}\n`), {
      day: NEWEST,
      apps: [
        { app: 'b', units: 9 },
        { app: 'Notes', units: 7 },
      ],
    });
  });

  it('are not guessed from a file of another form', () => {
    assert.equal(unitsOfDay(NEWEST, 'SKU\tUnits\na\t1\n'), undefined);
    assert.equal(unitsOfDay(NEWEST, `${header}\na\tNotes\tmany\t \n`), undefined);
  });
});

describe('What a person waits for', () => {
  it('is the newest 30 dates of each report; what lies further back stays backfill', () => {
    const messages = Array.from({ length: 32 }, (_, index) => ({
      report: index % 2 === 0 ? 'SALES/SUMMARY/DAILY' : 'SUBSCRIPTION/SUMMARY/DAILY',
      priority: 'backfill',
    }));
    const both = withPriorities([...messages, ...messages]);
    assert.deepEqual(
      both.map((message) => ('priority' in message ? message.priority : undefined)),
      [...Array.from({ length: 60 }, () => 'today'), ...Array.from({ length: 4 }, () => 'backfill')],
    );
  });
});
