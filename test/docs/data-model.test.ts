import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

describe('docs/data-model.md', () => {
  const page = readFileSync('docs/data-model.md', 'utf8');

  it('names every kind of item by the beginning of its key', () => {
    const kinds = globSync('functions/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/pk: `([a-z-]+#)/g)].map(([, kind = '']) => kind),
    );
    assert.ok(kinds.length >= 10, kinds.join(' '));
    assert.deepEqual(
      kinds.filter((kind) => !page.includes(`\`${kind}`)),
      [],
    );
  });

  it('names every attribute of a partition’s item', () => {
    const source = readFileSync('functions/reports/partition/ledger-item.ts', 'utf8');
    const schema = source.slice(source.indexOf('ledgerItemSchema = '));
    const attributes = [...schema.matchAll(/^ {2}([a-zA-Z0-9]+): /gm)].map(([, name = '']) => name);
    assert.ok(attributes.length > 20, attributes.join(' '));
    assert.deepEqual(
      attributes.filter((name) => !new RegExp(`\`${name}(?:\\[\\])?\``).test(page)),
      [],
    );
  });
});
