import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { appleOpenApi } from './openapi.ts';

const FILE = fileURLToPath(new URL('../../local/simulator/server/apple-operations.json', import.meta.url));
const METHODS = ['get', 'post', 'patch', 'delete'] as const;

it('The simulator knows the name of each operation that Apple has, and no other', () => {
  const operations = Object.entries(appleOpenApi().paths)
    .map(([path, item]) => {
      const methods = METHODS.filter((method) => item[method] !== undefined);
      return [path, methods.map((method) => method.toUpperCase()).join(' ')] as const;
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const text = `${JSON.stringify(Object.fromEntries(operations), null, 2)}\n`;
  // As with the templates: UPDATE_SNAPSHOTS=1 after a new version of the contract.
  if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(FILE, text);
  assert.equal(readFileSync(FILE, 'utf8'), text);
});
