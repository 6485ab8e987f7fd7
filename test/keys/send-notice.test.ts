import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sendOnce } from '../../functions/keys/notices/send-notice.ts';
import { CLAIM_MILLIS } from '../../functions/keys/store/key-ledger.ts';
import { emptyKeyLedger, memoryKeyLedger } from './memory-key-ledger.ts';

describe('A notice whose message could not be sent', () => {
  it('is sent by a later check, once its claim has lapsed, and then no more', async () => {
    let now = Date.parse('2026-11-24T17:07:00Z');
    let isOut = true;
    const sent: string[] = [];
    const deps = {
      ledger: memoryKeyLedger(emptyKeyLedger(), { now: () => now }),
      notify: async ({ id }: { id: string }) => {
        if (isOut) throw new Error('SNS does not answer');
        sent.push(id);
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    };
    const notice = {
      ...{ keyId: 'ABCDE12345', step: 'age@75', subject: 'A key is old', text: 'Rotate it.', facts: {} },
      chat: { title: 'A key is old', description: '', nextSteps: [] },
    };
    await assert.rejects(sendOnce(deps, notice), /SNS does not answer/);
    isOut = false;
    assert.equal(await sendOnce(deps, notice), false, 'its claim still stands');
    now += CLAIM_MILLIS;
    assert.equal(await sendOnce(deps, notice), true);
    assert.equal(await sendOnce(deps, notice), true);
    assert.deepEqual(sent, ['ABCDE12345#age@75']);
  });
});
