import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXIT, exitCodeOf } from '../../cli/terminal/exit-code.ts';
import { findingsOf } from '../../functions/status/model/findings.ts';
import { NOW } from '../status/sample/base.ts';
import { changeOf } from '../status/sample/changes.ts';
import { keyOf, sampleStatus } from '../status/sample/status.ts';

const calm = {
  ...sampleStatus(),
  series: [],
  keys: [keyOf('reports', 5)],
  plannerRanAt: NOW,
};
const exitWith = (...changes: ReturnType<typeof changeOf>[]) => exitCodeOf(findingsOf({ ...calm, changes }));

describe('The exit code of asc-jobs status', () => {
  it('is 2 where a price change failed or is unsettled', () => {
    assert.equal(exitWith(changeOf('sale', { state: 'failed' })), EXIT.problem);
    assert.equal(exitWith(changeOf('sale', { state: 'unsettled' })), EXIT.problem);
  });

  it('is 0 again once a later change of the product was applied', () => {
    const failed = changeOf('first', { state: 'failed', seq: 1 });
    assert.equal(exitWith(failed, changeOf('second', { state: 'applied', seq: 2 })), EXIT.ok);
    assert.equal(exitWith(failed, changeOf('earlier', { state: 'applied', seq: 0 })), EXIT.problem);
  });

  it('is 1 where a change waits for an approval, 0 where all is over', () => {
    assert.equal(exitWith(changeOf('sale')), EXIT.warning);
    assert.equal(exitWith(changeOf('sale', { state: 'applied' })), EXIT.ok);
  });
});
