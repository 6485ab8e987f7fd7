import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { appOf, templateOf } from './templates.ts';

// A change of a template is a change of what runs in accounts, so it has to be seen in review. After a change that is
// meant: UPDATE_SNAPSHOTS=1 node --test test/infra/snapshot.test.ts
const DIRECTORY = 'test/infra/snapshots';

/** A template, a line a resource. Hashes of assets change with every change of code and say nothing here. */
function linesOf(stack: string): string {
  const { Resources, Outputs = {} } = templateOf(appOf(), stack).toJSON();
  const lines = Object.entries<{ Type: string }>(Resources).map(
    ([id, { Type, ...rest }]) => `${Type} ${id} ${JSON.stringify(rest)}`,
  );
  const outputs = Object.entries(Outputs).map(([id, output]) => `Output ${id} ${JSON.stringify(output)}`);
  return [...lines.sort(), ...outputs.sort(), ''].join('\n').replaceAll(/\b[0-9a-f]{64}\b/g, '<asset>');
}

describe('The templates', () => {
  for (const stack of ['app-store-connect-storage', 'app-store-connect-jobs']) {
    it(`${stack} are those that were seen in review`, () => {
      const file = `${DIRECTORY}/${stack}.txt`;
      const lines = linesOf(stack);
      if (process.env['UPDATE_SNAPSHOTS'] !== undefined || !existsSync(file)) {
        assert.equal(process.env['CI'], undefined, `${file} is missing`);
        mkdirSync(DIRECTORY, { recursive: true });
        writeFileSync(file, lines);
      }
      const seen = new Set(readFileSync(file, 'utf8').split('\n'));
      const now = new Set(lines.split('\n'));
      assert.deepEqual(
        {
          added: [...now].filter((line) => !seen.has(line)),
          gone: [...seen].filter((line) => !now.has(line)),
        },
        { added: [], gone: [] },
      );
    });
  }

  it('are the same when they are made twice', () => {
    assert.equal(linesOf('app-store-connect-jobs'), linesOf('app-store-connect-jobs'));
  });

  it('keep what holds data under the ids by which it was deployed', () => {
    const { Resources } = templateOf(appOf(), 'app-store-connect-storage').toJSON();
    const ids = Object.keys(Resources).map((id) => id.replace(/[0-9A-F]{8}$/, ''));
    for (const id of ['Lake', 'Reports', 'Prices', 'Keys', 'RateBudget']) assert.ok(ids.includes(id), id);
  });
});
