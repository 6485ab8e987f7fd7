import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { entryOf, everyFile, filesOf, GROUP_NAMES, GROUPS, LEFT_OUT } from './groups.ts';

const directory = mkdtempSync(join(tmpdir(), 'groups-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Runs files of these texts as a group of their own. */
function run(
  texts: Record<string, string>,
  { variables = {}, mostWorkers }: { variables?: Record<string, string>; mostWorkers?: number } = {},
): { status: number | null; said: string } {
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  const entry = join(directory, 'entry.mjs');
  const files = Object.keys(texts).map((name) => join(directory, name));
  writeFileSync(
    entry,
    `import { runFiles } from '${pathToFileURL(resolve('test/groups/run-group.ts')).href}';
     await runFiles('sample', ${JSON.stringify(files)}, ${mostWorkers});`,
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', entry], {
    encoding: 'utf8',
    env: { ...env, ...variables },
  });
  return { status, said: stdout + stderr };
}

const GOOD = `import { it } from 'node:test'; it('holds', () => {});`;

describe('A group of test files in one process', () => {
  it('names what fails with its file, and runs the others', () => {
    const { status, said } = run({
      'bad.test.mjs': `import { it } from 'node:test'; it('breaks', () => { throw new Error('no'); });`,
      'good.test.mjs': GOOD,
    });
    assert.equal(status, 1);
    assert.match(said, /test at .*bad\.test\.mjs:1/);
    assert.match(said, /tests 2[\s\S]*pass 1[\s\S]*fail 1/);
  });

  it('fails a file that cannot be loaded, and runs the others', () => {
    const { status, said } = run({ 'bad.test.mjs': `import './nowhere.mjs';`, 'good.test.mjs': GOOD });
    assert.equal(status, 1);
    assert.match(said, /✖ .*bad\.test\.mjs/);
    assert.match(said, /✔ holds/);
  });

  const traces = {
    'leaves the variable TRACE changed': `process.env.TRACE = '1'`,
    'leaves fetch changed': 'globalThis.fetch = () => {}',
    'leaves Date changed': 'globalThis.Date = class extends Date {}',
    'leaves the working directory changed': `process.chdir('/')`,
  };
  for (const [said, text] of Object.entries(traces))
    it(`fails a file that ${said}`, () => {
      const found = run({ 'trace.test.mjs': `import { it } from 'node:test'; it('a', () => { ${text}; });` });
      assert.equal(found.status, 1);
      assert.ok(found.said.includes(said), found.said);
    });

  it('fails where it starts more workers than were allowed, and says so', () => {
    const start = `new Worker('', { eval: true })`;
    const texts = {
      'workers.test.mjs': `import { it } from 'node:test'; import { Worker } from 'node:worker_threads';
        it('a', () => { ${start}; ${start}; });`,
    };
    assert.equal(run(texts, { mostWorkers: 2 }).status, 0);
    const { status, said } = run(texts, { mostWorkers: 1 });
    assert.equal(status, 1);
    assert.match(said, /The group sample started 2 workers, of at most 1: /);
  });

  it('fails where no test was run', () => {
    const { status, said } = run({ 'empty.test.mjs': '' });
    assert.equal(status, 1);
    assert.match(said, /The group sample ran no test/);
  });
});

describe('The groups of npm test', () => {
  for (const group of GROUP_NAMES)
    it(`${group}: every place has files, and its entry runs it`, () => {
      for (const place of GROUPS[group]) assert.ok(existsSync(join('test', place)), place);
      assert.ok(filesOf(group).length > 0);
      assert.match(readFileSync(entryOf(group), 'utf8'), new RegExp(`runGroup\\('${group}'\\)`));
    });

  it('and the files that run alone are all test files of the project', () => {
    const places = '{bench,cli,docs,functions,infra,local,tools}/**/*.{test,deep}.ts';
    assert.deepEqual(globSync(places), [], 'tests that nothing runs: they belong under test/');
    const files = everyFile();
    for (const file of GROUP_NAMES.flatMap((group) => filesOf(group))) assert.ok(files.includes(file), file);
  });

  it('have no file in common', () => {
    const all = GROUP_NAMES.flatMap((group) => filesOf(group));
    assert.deepEqual(
      all.filter((file, index) => all.indexOf(file) !== index),
      [],
    );
  });
});

describe('What npm test leaves to npm run test:more', () => {
  const part = everyFile('part');
  const more = everyFile('more');

  it('is left out by nobody: each file is played by one of them, or by its twin', () => {
    for (const file of everyFile())
      assert.ok(
        part.includes(file) || more.includes(file) || existsSync(file.replace(/\.test\.ts$/, '.deep.ts')),
        file,
      );
  });

  it('names files that there are', () => {
    for (const file of more) assert.ok(existsSync(file), file);
    for (const file of LEFT_OUT) assert.ok(everyFile().includes(file) && !part.includes(file), file);
  });

  it('is some files as a whole, and cases of others', () => {
    const whole = more.filter((file) => !part.includes(file));
    const shared = more.filter((file) => part.includes(file));
    assert.ok(whole.length > 0 && shared.length > whole.length, `${whole.length}, ${shared.length}`);
    assert.ok(more.length < part.length / 4, `${more.length} of ${part.length}: most is played once`);
  });

  it('is played by a run of that extent only', () => {
    const texts = {
      'long.test.mjs': `import { it } from 'node:test';
        import { itMore, someNow } from '${pathToFileURL(resolve('test/groups/extent.ts')).href}';
        it('short', () => {});
        itMore('long', () => {});
        for (const one of someNow([1, 2, 3], (one) => one === 2)) it('case ' + one, () => {});`,
    };
    const played = (extent: string) =>
      Number(/^ℹ tests (\d+)$/m.exec(run(texts, { variables: { TEST_EXTENT: extent } }).said)?.[1]);
    assert.deepEqual([played('part'), played('more'), played('')], [2, 5, 5]);
  });
});
