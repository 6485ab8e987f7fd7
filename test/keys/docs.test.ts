import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CAUSES } from '../../functions/app-store-connect/diagnosis/diagnosis.ts';

describe('docs/keys.md', () => {
  const headings = readFileSync('docs/keys.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('### '))
    .map((line) => line.slice(4));

  it('has a paragraph for each cause, under the anchor that messages name', () => {
    assert.deepEqual(headings.toSorted(), [...CAUSES].toSorted());
  });
});
