import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSpan, windowsOf } from '../../functions/numbers/windows.ts';

const windows = (span: string, until: string) => {
  const parsed = parseSpan(span);
  assert.ok(parsed);
  const { period, before } = windowsOf(parsed, until);
  return [period.from, period.to, before.from, before.to];
};

describe('The windows of a question', () => {
  it('are days that end on the last day, and as many before them', () => {
    assert.deepEqual(windows('30d', '2026-11-23'), ['2026-10-25', '2026-11-23', '2026-09-25', '2026-10-24']);
    assert.deepEqual(windows('1w', '2026-11-23'), ['2026-11-17', '2026-11-23', '2026-11-10', '2026-11-16']);
  });

  it('are whole months where the last day is the last of its month', () => {
    assert.deepEqual(windows('1m', '2026-11-30'), ['2026-11-01', '2026-11-30', '2026-10-01', '2026-10-31']);
    assert.deepEqual(windows('3m', '2027-02-28'), ['2026-12-01', '2027-02-28', '2026-09-01', '2026-11-30']);
  });

  it('are this month so far beside the same days of the month before, as far as it has them', () => {
    assert.deepEqual(windows('month', '2026-11-23'), [
      '2026-11-01',
      '2026-11-23',
      '2026-10-01',
      '2026-10-23',
    ]);
    assert.deepEqual(windows('month', '2026-03-31'), [
      '2026-03-01',
      '2026-03-31',
      '2026-02-01',
      '2026-02-28',
    ]);
  });

  it('are refused in other words', () => {
    for (const text of ['30', 'd30', '0d', '-3d', '30D', '1y', '9999d', ''])
      assert.equal(parseSpan(text), undefined, text);
  });
});
