import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { domainsWithoutRule, MAXIMUM_FILES, roomProblems } from '../tools/rooms.ts';

describe('Rooms', () => {
  it('may import each other in one direction only, types included', () => {
    const sources = new Map([
      ['a/one.ts', "import { two } from '../b/two.ts';"],
      ['b/two.ts', ''],
    ]);
    assert.deepEqual(roomProblems(sources), []);
    assert.deepEqual(
      roomProblems(new Map([...sources, ['b/three.ts', "import type { One } from '../a/one.ts';"]])),
      ['a and b import each other: a/one.ts imports b/two.ts; b/three.ts imports a/one.ts'],
    );
  });

  it('hold one kind of thing: too many files are told', () => {
    const files = Array.from({ length: MAXIMUM_FILES + 1 }, (_, index) => [`a/${index}.ts`, ''] as const);
    assert.match(roomProblems(new Map(files)).join(), /a has 15 files of its own/);
    assert.deepEqual(roomProblems(new Map(files.slice(1))), []);
  });

  it('of functions/ have each a rule that says which others they may import', () => {
    const allowed = {
      from: { path: '^functions/reports/' },
      to: { path: '^functions/(?!platform/|reports/)' },
    };
    const oneRoom = { from: { path: '^functions/prices/' }, to: { path: '^functions/status/' } };
    const rules = JSON.stringify({ forbidden: [allowed, oneRoom] });
    assert.deepEqual(domainsWithoutRule(['functions/reports/plan/a.ts', 'functions/prices/b.ts'], rules), [
      'functions/prices has no rule in .dependency-cruiser.json: which domains may it import?',
    ]);
  });
});
