import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsumer } from './consume.mjs';

/** A consumer in memory. `failures`: so many loads fail before one works. */
function consumerIn({ failures = 0 } = {}) {
  const noted = new Set();
  const loads = [];
  let left = failures;
  const consume = createConsumer({
    isLoaded: async (id) => noted.has(id),
    noteLoaded: async (id) => void noted.add(id),
    replacePartition: async ({ tableKey }) => {
      if (left > 0) {
        left -= 1;
        throw new Error('the warehouse does not answer');
      }
      loads.push(tableKey);
    },
  });
  return { consume, loads };
}

const EVENT = { detail: { id: 'one', tableKey: 'tables/t.parquet' } };

test('a repeated event is loaded once', async () => {
  const { consume, loads } = consumerIn();
  await consume(EVENT);
  await consume(EVENT);
  assert.deepEqual(loads, ['tables/t.parquet']);
});

test('a load that fails is not lost: the same event, received again, loads it', async () => {
  const { consume, loads } = consumerIn({ failures: 1 });
  await assert.rejects(consume(EVENT), /does not answer/);
  await consume(EVENT);
  assert.deepEqual(loads, ['tables/t.parquet']);
});
