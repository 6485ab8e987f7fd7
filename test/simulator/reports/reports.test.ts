import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sampleSales, sampleSalesRows } from '../../../local/simulator/samples/sample-sales.ts';
import { ask, dailySales, lastSeen, morning, salesPath, startApple, token, vendor } from '../apple.ts';

const NO_SALES = 'There were no sales for the date specified.';

describe('A sales report at the simulator', () => {
  it('is a gzip file under an encoding that nobody can decode, or under none, with Apple’s headers', async (context) => {
    const apple = await startApple(context);
    apple.simulator.reports.put({ ...dailySales, tsv: 'SKU\tUnits\n' });
    const { status, headers, bytes } = await ask(apple, salesPath());
    assert.deepEqual(
      [status, headers.get('content-type'), headers.get('content-encoding')],
      [200, 'application/a-gzip', 'agzip'],
    );
    assert.equal(headers.get('x-reports-filename'), 'S_D_1_85012345_20261123.txt.gz');
    assert.equal(headers.get('x-reports-download-version'), '1_0');
    apple.simulator.behaviour.reportContentEncoding = 'none';
    assert.equal((await ask(apple, salesPath())).headers.get('content-encoding'), null);
    assert.equal(gunzipSync(bytes).toString(), 'SKU\tUnits\n');
    assert.match(headers.get('x-rate-limit') ?? '', /user-hour-lim:3500;user-hour-rem:3499;/);
    assert.equal(headers.get('date'), new Date(morning).toUTCString());
  });

  for (const [name, now, detail] of [
    ['before eight in California', '2026-11-24T15:59:00Z', /^Report is not available yet\./],
    ['from eight on', '2026-11-24T16:00:00Z', /^There were no sales/],
    ['after the clocks went back', '2026-11-24T16:00:00Z', /^There were no sales/],
  ] as const) {
    it(`without sales, ${name}: ${detail.source}`, async (context) => {
      const apple = await startApple(context, { now: Date.parse(now) });
      const { status, detail: said } = await ask(apple, salesPath());
      assert.equal(status, 404);
      assert.match(said ?? '', detail);
    });
  }

  it('of a version that is not there is refused with the name of the latest', async (context) => {
    const apple = await startApple(context);
    const subscription = { 'filter[reportType]': 'SUBSCRIPTION' };
    for (const [version, text] of [
      [
        '1_2',
        'The version parameter you have specified is invalid. The latest version for this report is 1_4.',
      ],
      [undefined, 'Please include the version parameter. The latest version for this report is 1_4.'],
    ] as const) {
      const heard = await ask(apple, salesPath({ ...subscription, 'filter[version]': version }));
      assert.deepEqual([heard.status, heard.detail], [400, text]);
    }
  });

  it('that is late is not available until its moment', async (context) => {
    const apple = await startApple(context);
    apple.simulator.reports.put({ ...dailySales, tsv: 'x' });
    apple.simulator.reports.late({ ...dailySales, availableAt: morning + 1000 });
    assert.match((await ask(apple, salesPath())).detail ?? '', /^Report is not available yet/);
    apple.clock.advance(1000);
    assert.equal((await ask(apple, salesPath())).status, 200);
  });

  it('that is restated is served in its newest edition', async (context) => {
    const apple = await startApple(context);
    apple.simulator.reports.put({ ...dailySales, tsv: 'old' });
    apple.simulator.reports.restate({ ...dailySales, at: morning + 1000, tsv: 'new' });
    assert.equal(gunzipSync((await ask(apple, salesPath())).bytes).toString(), 'old');
    apple.clock.advance(1000);
    assert.equal(gunzipSync((await ask(apple, salesPath())).bytes).toString(), 'new');
  });

  it('past its retention is gone', async (context) => {
    const apple = await startApple(context);
    apple.simulator.reports.put({ ...dailySales, tsv: 'x' });
    apple.simulator.reports.gone(dailySales);
    const { status, detail } = await ask(apple, salesPath());
    assert.equal(status, 410);
    assert.match(detail ?? '', /^Report is no longer available/);
  });

  it('of another team’s vendor is an invalid vendor number', async (context) => {
    const apple = await startApple(context);
    const { status, detail } = await ask(apple, salesPath({ 'filter[vendorNumber]': '86099999' }));
    assert.deepEqual([status, detail], [400, 'Invalid vendor number specified. Try again.']);
  });

  it('asked for with a parameter missing or wrong is told which', async (context) => {
    const apple = await startApple(context);
    for (const changes of [
      { 'filter[frequency]': undefined },
      { 'filter[reportType]': 'PROFITS' },
      { 'filter[reportDate]': '2026-11' },
    ]) {
      const { status, code } = await ask(apple, salesPath(changes));
      assert.equal(status, 400);
      assert.match(code ?? '', /^PARAMETER_ERROR/);
    }
  });
});

describe('A key at the simulator', () => {
  it('with too narrow a role, or of an individual, may not read reports', async (context) => {
    const apple = await startApple(context);
    const { keys, issuerId } = await import('../apple.ts');
    const developer = await token(apple, {
      header: { kid: 'DEVELOPER1' },
      privateKey: keys.developer.privateKey,
      claims: { iss: issuerId },
    });
    assert.equal((await ask(apple, salesPath(), { token: developer })).status, 403);
    const individual = await token(apple, {
      header: { kid: 'INDIVIDUAL' },
      privateKey: keys.individual.privateKey,
      claims: { iss: undefined, sub: 'user' },
    });
    assert.equal((await ask(apple, salesPath(), { token: individual })).status, 403);
  });

  it('of a team with an unsigned agreement is refused everything, until it is signed', async (context) => {
    const apple = await startApple(context);
    apple.simulator.setAgreement('acme', false);
    assert.equal((await ask(apple, salesPath())).code, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED');
    apple.simulator.setAgreement('acme', true);
    assert.equal((await ask(apple, salesPath())).detail, NO_SALES);
  });

  it('has so many requests in a rolling hour, then 429', async (context) => {
    const apple = await startApple(context, { hourlyLimit: 2 });
    const statuses = [];
    for (let request = 0; request < 3; request += 1) {
      statuses.push((await ask(apple, salesPath())).status);
      apple.clock.advance(60_000);
    }
    assert.deepEqual(statuses, [404, 404, 429]);
    apple.clock.advance(58 * 60_000);
    assert.equal((await ask(apple, salesPath())).status, 404);
  });

  it('leaves no token in the journal', async (context) => {
    const apple = await startApple(context);
    const bearer = await token(apple);
    await ask(apple, salesPath(), { token: bearer });
    assert.equal(lastSeen(apple).tokenAccepted, true);
    assert.ok(!JSON.stringify(apple.simulator.requests()).includes(bearer.split('.')[2] ?? bearer));
  });
});

describe('Sample sales', () => {
  it('are the same for the same day and others for another seed', () => {
    const day = { vendor, day: '2026-11-23' };
    assert.equal(sampleSales(day), sampleSales(day));
    assert.notEqual(sampleSales(day), sampleSales({ ...day, seed: 2 }));
  });

  it('have Apple’s 28 columns, Unicode titles, refunds and amounts as Apple writes them', () => {
    const text = Array.from({ length: 28 }, (_, day) =>
      sampleSales({ vendor, day: `2026-11-${String(day + 1).padStart(2, '0')}` }),
    ).join('');
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) assert.equal(line.split('\t').length, 28);
    assert.match(text, /かな/);
    assert.match(text, /\t-1\t/);
    assert.match(text, /\t\.69\t/);
  });

  it('of any size come in pieces', () => {
    let rows = -1;
    for (const piece of sampleSalesRows(2_500)) rows += piece.split('\n').length - 1;
    assert.equal(rows, 2_500);
  });
});
