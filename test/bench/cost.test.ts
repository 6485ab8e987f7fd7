import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { billOf, renderBill } from '../../bench/cost/bill.ts';
import { deployedParts } from '../../bench/cost/deployed-parts.ts';

const parts = deployedParts();
const usual = { teams: 2, series: 6, changes: 20 };
const together = (workload: typeof usual, of: 'list' | 'charged', context = parts): number =>
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

  it('is the one that docs/cost.md shows', () => {
    const [, ...lines] = renderBill(usual, parts).split('\n');
    const page = readFileSync('docs/cost.md', 'utf8');
    for (const line of lines) assert.ok(page.includes(line), line);
    const oneTeam = { teams: 1, series: 3, changes: 20 };
    const text = page.replace(/\s+/g, ' ');
    const [list, charged] = [together(oneTeam, 'list'), together(oneTeam, 'charged')];
    assert.match(
      text,
      new RegExp(`pays ${list.toFixed(2)} USD by the list, and ${charged.toFixed(2)} USD after`),
    );
    const plain = together(oneTeam, 'list', deployedParts({ dashboard: 'off' }));
    assert.match(text, new RegExp(`the bill of a single team is ${plain.toFixed(2)} USD by the list`));
  });
});
