import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { financeReport } from '../../../local/simulator/reports/report-store.ts';
import { sampleFinanceDetail, sampleFinancial } from '../../../local/simulator/samples/sample-finance.ts';
import { ask, keys, lastSeen, morning, type Query, startApple, token, vendor } from '../apple.ts';

const NO_SALES = 'There were no sales for the date specified.';
const october = financeReport({ vendor, reportType: 'FINANCIAL', region: 'ZZ', reportDate: '2027-01' });

function financePath(changes: Query = {}): string {
  const query = new URLSearchParams();
  const asked: Query = {
    'filter[vendorNumber]': vendor,
    'filter[reportType]': 'FINANCIAL',
    'filter[regionCode]': 'ZZ',
    'filter[reportDate]': '2027-01',
    ...changes,
  };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, value);
  return `/v1/financeReports?${query}`;
}

describe('A finance report at the simulator', () => {
  it('is a gzip file, from its moment on', async (context) => {
    const apple = await startApple(context);
    const tsv = sampleFinancial({ vendor, month: '2027-01' });
    apple.simulator.reports.put({ ...october, tsv, availableAt: morning + 1000 });
    assert.equal((await ask(apple, financePath())).detail, NO_SALES);
    apple.clock.advance(1000);
    const { status, headers, bytes } = await ask(apple, financePath());
    assert.deepEqual([status, headers.get('content-type')], [200, 'application/a-gzip']);
    assert.equal(gunzipSync(bytes).toString(), tsv);
  });

  for (const [name, reportDate] of [
    ['without sales', '2026-12'],
    ['that is not generated yet', '2027-01'],
    ['that is open', '2027-02'],
    ['of the future', '2031-07'],
  ] as const) {
    it(`of a month ${name} is answered with the one text there is`, async (context) => {
      const apple = await startApple(context);
      const { status, detail } = await ask(apple, financePath({ 'filter[reportDate]': reportDate }));
      assert.deepEqual([status, detail], [404, NO_SALES]);
    });
  }

  const refused: [string, Query, string][] = [
    ['without a region', { 'filter[regionCode]': undefined }, 'PARAMETER_ERROR.REQUIRED'],
    ['without a date', { 'filter[reportDate]': undefined }, 'PARAMETER_ERROR.REQUIRED'],
    ['with a region that is none', { 'filter[regionCode]': 'DE' }, 'PARAMETER_ERROR.INVALID'],
    [
      'in detail of all regions in one',
      { 'filter[reportType]': 'FINANCE_DETAIL' },
      'PARAMETER_ERROR.INVALID',
    ],
    ['of a day', { 'filter[reportDate]': '2026-11-23' }, 'PARAMETER_ERROR.INVALID'],
    ['of a thirteenth month', { 'filter[reportDate]': '2027-13' }, 'PARAMETER_ERROR.INVALID'],
    ['with a version', { 'filter[version]': '1_0' }, 'PARAMETER_ERROR.ILLEGAL'],
    ['of another team’s vendor', { 'filter[vendorNumber]': '86099999' }, 'PARAMETER_ERROR.INVALID'],
  ];
  for (const [name, changes, code] of refused) {
    it(`asked for ${name} is refused with ${code}`, async (context) => {
      const apple = await startApple(context);
      const heard = await ask(apple, financePath(changes));
      assert.deepEqual([heard.status, heard.code], [400, code]);
    });
  }

  it('is for the roles Finance and Admin, and team keys only', async (context) => {
    const apple = await startApple(context);
    const developer = await token(apple, {
      header: { kid: 'DEVELOPER1' },
      privateKey: keys.developer.privateKey,
    });
    assert.equal((await ask(apple, financePath(), { token: developer })).status, 403);
    assert.equal(lastSeen(apple).refusal, 'role-too-narrow');
    const individual = await token(apple, {
      header: { kid: 'INDIVIDUAL' },
      claims: { iss: undefined, sub: 'user' },
      privateKey: keys.individual.privateKey,
    });
    assert.equal((await ask(apple, financePath(), { token: individual })).status, 403);
    assert.equal(lastSeen(apple).refusal, 'individual-key');
  });

  it('of the samples has the dates of its fiscal month, and differs by seed', () => {
    const text = sampleFinancial({ vendor, month: '2023-03' });
    assert.match(text, /\n11\/27\/2022\t12\/31\/2022\t/);
    assert.notEqual(text, sampleFinancial({ vendor, month: '2023-03', seed: 2 }));
    assert.match(
      sampleFinanceDetail({ vendor, month: '2027-01' }),
      /^Vendor Name\t.*\nStart Date\t09\/27\/2026\n/,
    );
  });
});
