import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultBehaviour } from '../../local/simulator/rules/behaviour.ts';

describe('docs/simulator.md', () => {
  const rows = readFileSync('docs/simulator.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | '));

  for (const [name, value] of Object.entries(defaultBehaviour))
    it(`says what ${name} is by default`, () => {
      const row = rows.find(([names = '']) => names.includes(`\`${name}\``));
      assert.ok(row, 'no row of a table begins with it');
      assert.ok(row[1]?.replaceAll('`', '').includes(String(value)), `${row[1]} does not say ${value}`);
    });

  it('names every fault that can be added', () => {
    const kinds = [...readFileSync('local/simulator/server/faults.ts', 'utf8').matchAll(/kind: '(\w+)'/g)];
    assert.ok(kinds.length > 10);
    const page = readFileSync('docs/simulator.md', 'utf8');
    const faults = page.slice(page.indexOf('## Faults'));
    assert.deepEqual(
      kinds.map(([, kind]) => kind).filter((kind) => !faults.includes(`\`${kind}\``)),
      [],
    );
  });
});
