import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

describe('docs/commands.md', () => {
  it('names every field that --json prints of series, changes, campaigns and keys', () => {
    const fields = new Set(
      [...readFileSync('cli/terminal/json-shapes.ts', 'utf8').matchAll(/^ {2,4}([a-zA-Z0-9]+)[:,]/gm)].map(
        ([, name = '']) => name,
      ),
    );
    assert.ok(fields.size > 40, `${fields.size}`);
    const page = readFileSync('docs/commands.md', 'utf8');
    const section = page.slice(page.indexOf('## JSON'), page.indexOf('## Try it'));
    const told = new Set([...section.matchAll(/`([a-zA-Z0-9]+)(?:\[\])?`/g)].map(([, name]) => name));
    assert.deepEqual(
      [...fields].filter((name) => !told.has(name)),
      [],
    );
  });
});
