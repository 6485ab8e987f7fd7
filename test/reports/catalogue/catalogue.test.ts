import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings, SettingsError } from '../../../functions/platform/config/settings.ts';
import { closestMatches } from '../../../functions/platform/util/closest-matches.ts';
import {
  CATALOGUE,
  entryOf,
  findEntry,
  knownReports,
  knownVersions,
  subscribedSeries,
} from '../../../functions/reports/catalogue/catalogue.ts';
import { tableName } from '../../../functions/reports/catalogue/series.ts';
import { salesReportCatalogue } from '../../../local/simulator/reports/sales-report-catalogue.ts';

const settingsWith = (reports: string[], vendor = {}, top = {}) => ({
  teams: [{ name: 'acme', keys: { reports: 'k' }, vendors: [{ number: '85012345', reports, ...vendor }] }],
  ...top,
});
const parse = (json: unknown) => parseSettings(json, [knownReports, knownVersions]);
function problemsOf(json: unknown): string[] {
  try {
    parse(json);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}
const versionOf = (settings: ReturnType<typeof parse>, report: string, vendor = '85012345') => {
  const source = entryOf(settings, { team: 'acme', vendor, report })?.source;
  return source?.api === 'salesReports' ? source.version : undefined;
};

describe('The catalogue', () => {
  it('has every sales report that Apple allows, in its newest version, and no other', () => {
    // The simulator's table is written down apart from the product's.
    const ours = CATALOGUE.flatMap(({ name, source }) =>
      source.api === 'salesReports' ? [[name, source.version]] : [],
    );
    const apples = Object.entries(salesReportCatalogue).map(([name, versions]) => [name, versions.at(-1)]);
    assert.deepEqual(ours.sort(), apples.sort());
  });

  it('asks for each sales report by what its name says', () => {
    for (const { name, source, frequency } of CATALOGUE) {
      if (source.api !== 'salesReports') continue;
      assert.equal(`${source.reportType}/${source.reportSubType}/${source.frequency}`, name);
      assert.equal(frequency, source.frequency);
    }
  });

  it('has finance reports by region, all regions, and the detailed one', () => {
    for (const region of ['ZZ', 'US', 'EU', 'JP', 'LL', 'AP', 'WW'])
      assert.ok(findEntry(`FINANCIAL/${region}`), region);
    assert.ok(findEntry('FINANCE_DETAIL/Z1'));
    for (const name of ['FINANCIAL/Z1', 'FINANCE_DETAIL/ZZ', 'FINANCIAL/DE', 'FINANCIAL/us', 'FINANCIAL'])
      assert.equal(findEntry(name), undefined, name);
  });

  it('gives each report a table of its own', () => {
    const names = CATALOGUE.map(({ name }) => tableName(name));
    assert.equal(new Set(names).size, names.length);
    assert.equal(tableName('FINANCIAL/ZZ'), 'financial_zz');
    assert.equal(tableName('FINANCE_DETAIL/Z1'), 'finance_detail_z1');
  });

  it('gives each column a name of its own that a table may have', () => {
    for (const { name, columns } of CATALOGUE) {
      const names = columns.map((column) => column.name);
      assert.equal(new Set(names).size, names.length, name);
      for (const column of names) assert.match(column, /^[a-z][a-z0-9_]*$/, name);
    }
  });

  it('never believes "no sales" before a report is due, and never gives a report up before that', () => {
    for (const { name, noSalesFinalAfterHours, keptDays, due } of CATALOGUE) {
      assert.ok(noSalesFinalAfterHours >= 0, name);
      assert.ok(keptDays > due.days + noSalesFinalAfterHours / 24, name);
    }
  });
});

describe('A report that does not exist', () => {
  const cases: [string, string][] = [
    ['SALES/SUMMRY/DAILY', 'SALES/SUMMARY/DAILY'],
    ['sales/summary/weekly', 'SALES/SUMMARY/WEEKLY'],
    ['SUBSCRIPTION/SUMMARY/DIALY', 'SUBSCRIPTION/SUMMARY/DAILY'],
    ['SUBSCRIPTION_OFFER_REDEMPTION/SUMMARY/DAILY', 'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY/DAILY'],
    ['FINANCIAL/Z1', 'FINANCIAL/ZZ'],
    ['FINANCE_DETAIL/ZZ', 'FINANCE_DETAIL/Z1'],
  ];
  for (const [wrong, right] of cases) {
    it(`named ${wrong} is refused, ${right} is suggested first`, () => {
      const names = CATALOGUE.map(({ name }) => name);
      const found = closestMatches(wrong, names);
      assert.equal(found[0], right);
      assert.equal(found.length, 3);
    });
  }

  it('is refused at its place, with no more than three names', () => {
    const [problem = ''] = problemsOf(settingsWith(['SALES/SUMMARY/DAILY', 'FINANCIAL/XX']));
    assert.match(problem, /^teams\[0\]\.vendors\[0\]\.reports\[1\]: "FINANCIAL\/XX" is not a report/);
    assert.equal(problem.split('FINANCIAL/').length - 1, 4);
  });
});

describe('A report version', () => {
  const report = 'SUBSCRIPTION/SUMMARY/DAILY';

  it('is the catalogue’s, unless the settings or a vendor say otherwise', () => {
    assert.equal(versionOf(parse(settingsWith([report])), report), '1_4');
    const top = parse(settingsWith([report], {}, { reportVersions: { [report]: '1_4' } }));
    assert.equal(versionOf(top, report), '1_4');
    assert.equal(versionOf(top, 'SALES/SUMMARY/DAILY'), '1_0');
    const own = { reportVersions: { [report]: '1_5' } };
    const both = parse(settingsWith([report], own, { reportVersions: { [report]: '1_4' } }));
    assert.deepEqual([versionOf(both, report), versionOf(both, report, '85099999')], ['1_5', '1_4']);
    const [series] = subscribedSeries(both);
    assert.equal(series?.entry.source.api === 'salesReports' && series.entry.source.version, '1_5');
  });

  it('is refused when it is none, or of a report that has none or does not exist', () => {
    assert.deepEqual(problemsOf(settingsWith([report], { reportVersions: { [report]: '1.4' } })), [
      `teams[0].vendors[0].reportVersions.${report}: must be a report version such as 1_4`,
    ]);
    const [finance = ''] = problemsOf(
      settingsWith([report], {}, { reportVersions: { 'FINANCIAL/ZZ': '1_0' } }),
    );
    assert.match(finance, /^reportVersions\["FINANCIAL\/ZZ"\]: finance reports have no versions/);
    const [unknown = ''] = problemsOf(
      settingsWith([report], {}, { reportVersions: { 'SUBSCRIPTON/SUMMARY/DAILY': '1_4' } }),
    );
    assert.match(unknown, /the nearest are SUBSCRIPTION\/SUMMARY\/DAILY,/);
  });
});
