import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { findMarks } from './form/marks.ts';
import { fileOf, isNoticed, mutationsPage, PAGE, readRows } from './run/mutations-page.ts';
import { GROUPS, MISTAKES } from './run/trials.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const rows = readRows(readFileSync(join(ROOT, PAGE), 'utf8'));

describe('The table of mutations', () => {
  it('lists the mistakes of the code, each with its file: else run "npm run mutations -- --list"', () => {
    const marks = findMarks(ROOT);
    deepEqual(
      rows.map(({ mistake, file }) => `${mistake} (${file})`),
      MISTAKES.map((mistake) => `${mistake.mistake} (${fileOf(mistake, marks)})`),
    );
  });

  it('says for each which test noticed it: else run "npm run mutations -- --write" with its name', () => {
    deepEqual(
      rows.filter((row) => !isNoticed(row)).map(({ mistake }) => mistake),
      [],
    );
  });

  it('names witnesses that exist', () => {
    for (const { trials } of GROUPS)
      for (const { witness } of trials) ok(existsSync(join(ROOT, witness.file)), witness.file);
  });

  it('has the results of a run in its lines and leaves the others as they were', () => {
    const marks = findMarks(ROOT);
    const [first = '', second = ''] = MISTAKES.map(({ mistake }) => mistake);
    const isNew = { isNoticed: true, how: 'seed 7: a | b `c`', seconds: 4.4 };
    const before = mutationsPage(GROUPS, marks, new Map([[second, { ...isNew, how: 'seed 1: before' }]]), '');
    const after = readRows(mutationsPage(GROUPS, marks, new Map([[first, isNew]]), before));
    equal(after[0]?.how.split(': ').slice(1).join(': '), 'seed 7: a b c');
    equal(after[0]?.seconds, '4');
    equal(after[1]?.how.endsWith('seed 1: before'), true);
    const missed = mutationsPage(GROUPS, marks, new Map([[first, { ...isNew, isNoticed: false }]]), before);
    equal(readRows(missed).filter(isNoticed).length, 1);
  });
});
