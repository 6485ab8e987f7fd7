import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import type { Refusal } from '../../functions/reports/partition/outcome.ts';
import { judgeVendor } from '../../functions/reports/vendor/vendor-check.ts';

const REFUSAL: Refusal = { kind: 'invalid-vendor', reason: 'Invalid vendor number specified. Try again.' };
const sales = (more: Partial<LedgerItem>): LedgerItem =>
  ledgerItemSchema.parse({ pk: 'acme/85012345/SALES/SUMMARY/DAILY', sk: '2026-11-23', ...more });

async function judge(items: LedgerItem[], salesSubscribed = true, report = 'SUBSCRIPTION/SUMMARY/DAILY') {
  const ledger = { list: async () => items };
  const partition = { team: 'acme', vendor: '85012345', report, reportDate: '2026-11-23' };
  return (await judgeVendor({ ledger, salesSubscribed }, partition, REFUSAL)).kind;
}

describe('“Invalid vendor number”', () => {
  it('of a vendor whose daily sales are answered means that the report is not offered', async () => {
    assert.equal(await judge([sales({ state: 'stored', settledAs: 'stored' })]), 'not-offered');
    assert.equal(await judge([sales({ state: 'fetching', settledAs: 'empty' })]), 'not-offered');
  });

  it('waits while daily sales are still to be answered', async () => {
    assert.equal(await judge([]), 'not-ready');
    for (const state of ['due', 'fetching', 'waiting'] as const)
      assert.equal(await judge([sales({ state })]), 'not-ready');
  });

  it('is a failure where daily sales fail too, or are not subscribed, or are the report itself', async () => {
    assert.equal(await judge([sales({ state: 'failed' }), sales({ state: 'due' })]), 'invalid-vendor');
    assert.equal(await judge([], false), 'invalid-vendor');
    assert.equal(await judge([], true, 'SALES/SUMMARY/DAILY'), 'invalid-vendor');
  });
});
