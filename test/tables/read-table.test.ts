import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DATE, NUMBER, TEXT } from '../../functions/reports/table/column-type.ts';
import type { OwnTable } from '../../functions/tables/own-table.ts';
import { readTable } from '../../functions/tables/read-table.ts';
import { smallTable } from '../../functions/tables/small-table.ts';

const TABLE: OwnTable = {
  name: 'example',
  grain: 'one example',
  description: 'An example.',
  partition: { name: 'team', comment: 'Team.' },
  columns: [
    { header: 'name', name: 'name', type: TEXT, required: true, comment: '' },
    { header: 'amount', name: 'amount', type: NUMBER, required: true, comment: '' },
    { header: 'day', name: 'day', type: DATE, required: true, comment: '' },
  ],
};

describe('A table file', () => {
  it('is read with every digit of its numbers, days as text, and null for nothing', async () => {
    const bytes = await smallTable(TABLE, [
      { name: 'large', amount: '12345678901234567890.123456', day: '2026-11-24' },
      { name: 'negative', amount: '-0.05' },
      { name: ' ' },
    ]);
    const values = await readTable(bytes, ['name', 'amount', 'day']);
    assert.deepEqual(Object.fromEntries(values), {
      name: ['large', 'negative', null],
      amount: ['12345678901234567890.123456', '-0.050000', null],
      day: ['2026-11-24', null, null],
    });
  });

  it('lacks columns that are not in it', async () => {
    const values = await readTable(await smallTable(TABLE, [{ name: 'one' }]), ['name', 'added_later']);
    assert.deepEqual([...values.keys()], ['name']);
  });
});
