import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createRefusedRequests } from '../../../functions/prices/store/kept/refused-requests.ts';
import { startTables } from '../../../local/aws/services/tables.ts';

it('A refused request is found by what was asked, with when and why', async (context) => {
  const tables = await startTables([{ name: 'Prices' }]);
  context.after(() => tables.close());
  const refusals = createRefusedRequests(tables.documents, 'Prices');
  const refused = { at: 1_795_000_000_000, problems: [{ path: 'team', message: 'may not change prices' }] };
  assert.equal(await refusals.read('a'.repeat(64)), undefined);
  await refusals.write('a'.repeat(64), refused);
  assert.deepEqual(await refusals.read('a'.repeat(64)), refused);
  assert.equal(await refusals.read('b'.repeat(64)), undefined);
});
