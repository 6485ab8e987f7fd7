import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderAnswers } from '../../cli/commands/try/answers/render-answers.ts';
import type { SeriesStatus } from '../../functions/status/model/status.ts';
import { runCommand } from '../cli/operator/run-command.ts';

const io = { out() {}, err() {}, ask: async () => undefined, env: {}, now: () => 0, width: 100 };

const reviewsOf = (vendor: string): SeriesStatus => ({
  team: 'mine',
  vendor,
  report: 'CUSTOMER_REVIEWS',
  frequency: 'DAILY',
  days: [],
});

describe('What asc-jobs try says to somebody who begins', () => {
  it('an empty folder: call try with a key first, whatever is asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nothing-'));
    for (const args of [['numbers', 'sales'], ['status'], ['reports', 'list', '--vendor', '85012345']]) {
      const { exit, err } = await runCommand(['try', ...args, '--dir', folder], { env: {} });
      assert.equal(exit, 3);
      assert.match(err, /holds no reports yet\. Call asc-jobs try with your key first/);
    }
  });

  it('the same report of several apps: the Apple ID tells which one', () => {
    const text = renderAnswers(
      io,
      { day: undefined, settledDays: 0, proceeds: [], downloads: [], units: [] },
      [
        reviewsOf('6448311069'),
        reviewsOf('6449002117'),
        { ...reviewsOf('85012345'), report: 'FINANCIAL/ZZ' },
      ],
    );
    assert.match(text, /CUSTOMER_REVIEWS \(6448311069\)[\s\S]*CUSTOMER_REVIEWS \(6449002117\)/);
    assert.match(text, /│ FINANCIAL\/ZZ +│/);
  });
});
