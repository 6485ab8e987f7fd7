import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summaryOf } from '../../cli/commands/mcp/status-tools.ts';
import { changeOf } from '../status/sample/changes.ts';
import { sampleStatus } from '../status/sample/status.ts';

describe('The status that an agent reads', () => {
  it('names open price changes only: none that was declined or withdrawn', () => {
    const states = [
      'planned',
      'applied',
      'rejected',
      'declined',
      'withdrawn',
      'failed',
      'unsettled',
    ] as const;
    const changes = states.map((state) => changeOf(state, { state }));
    const { priceChanges } = summaryOf({ ...sampleStatus(), changes });
    assert.deepEqual(
      priceChanges.map(({ state }) => state),
      ['planned', 'failed', 'unsettled'],
    );
  });
});
