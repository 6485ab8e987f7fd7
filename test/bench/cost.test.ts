import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { AWS_PRICES } from '../../bench/cost/aws-prices.ts';
import { billOf, priceOf, renderBill, usualTeam } from '../../bench/cost/bill.ts';
import { deployedParts } from '../../bench/cost/deployed-parts.ts';
import { runsOf, type Workload } from '../../bench/cost/usage.ts';

const parts = deployedParts();
const usual = { teams: 2, series: 6, changes: 20 };
const together = (workload: Workload, of: 'list' | 'charged', context = parts): number =>
  billOf(workload, context).reduce((sum, line) => sum + line[of], 0);

describe('The monthly bill', () => {
  it('is below ten dollars for a usual team', () => {
    assert.ok(together(usual, 'charged') < 10, renderBill(usual, parts));
    // By the list, too, where the dashboard is not one of the three that cost nothing.
    const plain = deployedParts({ dashboard: 'off' });
    const oneTeam = { teams: 1, series: 3, changes: 20 };
    assert.ok(together(oneTeam, 'list', plain) < 10, renderBill(oneTeam, plain));
  });

  it('counts what the template has', () => {
    assert.ok(parts.alarmMetrics > 30);
    assert.equal(parts.compositeAlarms, 0);
    assert.equal(deployedParts({ jobAlarms: 'on' }).compositeAlarms, 3);
    assert.equal(parts.memoryGigabytes['FetchReport'], 1);
    const more = { ...parts, alarmMetrics: parts.alarmMetrics + 10 };
    assert.ok(Math.abs(together(usual, 'list', more) - together(usual, 'list') - 1) < 1e-9);
  });

  it('grows with the work, and never falls under what is free', () => {
    assert.ok(together({ ...usual, series: 60 }, 'list') > together(usual, 'list'));
    assert.ok(together({ ...usual, teams: 3 }, 'charged') >= together(usual, 'charged') + 0.8);
    for (const { list, charged, service } of billOf(usual, parts))
      assert.ok(charged >= 0 && charged <= list, service);
  });

  it('adds a dollar for a key of one’s own', () => {
    const keyed = deployedParts({ encryption: 'customer' });
    assert.ok(billOf(usual, keyed).some(({ service, list }) => service === 'KMS' && list === 1));
  });

  it('counts the work of every function that is deployed, and of no other', () => {
    const counted = Object.keys(runsOf(usual)).filter((id) => id !== 'PlanReportArrivals');
    assert.deepEqual(counted.sort(), Object.keys(parts.memoryGigabytes).sort());
    for (const [id, { count, seconds }] of Object.entries(runsOf(usual))) assert.ok(count * seconds > 0, id);
  });

  it('counts a cold start as AWS bills it', () => {
    const { count, seconds, cold } = runsOf(usual)['DeclareColumns'] ?? assert.fail();
    const only = { ...parts, memoryGigabytes: { DeclareColumns: 1 } };
    const lambda = billOf(usual, only).find(({ service }) => service === 'Lambda')?.list ?? 0;
    const without = billOf(usual, { ...parts, memoryGigabytes: {} }).find(
      ({ service }) => service === 'Lambda',
    );
    const { price } = AWS_PRICES.items.lambdaGigabyteSeconds;
    assert.ok(cold === 1 && lambda - (without?.list ?? 0) > count * (seconds + 0.3) * price);
  });

  it('lets later units cost what AWS asks for them', () => {
    const tiers = {
      price: 3,
      per: 10,
      beyond: [
        { units: 100, price: 2 },
        { units: 200, price: 1 },
      ],
    };
    assert.deepEqual(
      [50, 100, 150, 300].map((units) => priceOf(units, tiers)),
      [15, 30, 40, 60],
    );
  });

  it('of a thousand teams has next to no metrics, unless each team is to have its own', () => {
    const many = { teams: 1_000, series: 20_000, changes: 0 };
    const metrics = (workload: Workload) =>
      billOf(workload, parts).find(({ service }) => service === 'CloudWatch metrics')?.list ?? 0;
    assert.ok(metrics(many) < 3, String(metrics(many)));
    assert.ok(metrics({ ...many, metricsPerTeam: true }) > 1_000);
    assert.ok(metrics({ ...usual, metricsPerTeam: false }) < metrics(usual));
    const page = readFileSync('docs/cost.md', 'utf8');
    for (const metricsPerTeam of [false, true]) {
      const workload = { ...many, metricsPerTeam };
      for (const dollars of [metrics(workload), together(workload, 'list')])
        assert.ok(page.includes(dollars.toFixed(2)), dollars.toFixed(2));
    }
  });

  it('is the one that docs/cost.md shows', () => {
    const [, ...lines] = renderBill(usual, parts).split('\n');
    const page = readFileSync('docs/cost.md', 'utf8');
    for (const line of lines) assert.ok(page.includes(line), line);
    const said = usualTeam(parts).match(/\d+\.\d\d USD/g) ?? [];
    assert.equal(said.length, 2);
    const text = page.replaceAll('\n', ' ');
    for (const dollars of said) assert.ok(text.includes(dollars), dollars);
    assert.match(usualTeam(parts), / below 10 USD/);
    const oneTeam = { teams: 1, series: 3, changes: 20 };
    const plain = together(oneTeam, 'list', deployedParts({ dashboard: 'off' }));
    assert.match(text, new RegExp(`the bill of a single team is ${plain.toFixed(2)} USD by the list`));
  });
});
