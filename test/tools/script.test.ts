import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CommanderError } from 'commander';
import { portNumber, script, wholeNumber, wholeNumbers } from '../../tools/script/script.ts';

/** A script as package.json has them, whose process does not end. @returns what it printed and how it ended */
function call(...args: string[]): { printed: string; exitCode: number | undefined; options: unknown } {
  let printed = '';
  const write = (text: string): void => {
    printed += text;
  };
  const command = script('npm run example', 'An example.')
    .option('--rows <n,n>', 'rows', wholeNumbers, [10])
    .option('--runs <n>', 'runs', wholeNumber, 3)
    .option('--port <n>', 'port', portNumber)
    .configureOutput({ writeOut: write, writeErr: write })
    .exitOverride();
  try {
    command.parse(args, { from: 'user' });
    return { printed, exitCode: undefined, options: command.opts() };
  } catch (error) {
    assert.ok(error instanceof CommanderError);
    return { printed, exitCode: error.exitCode, options: undefined };
  }
}

describe('a script of package.json', () => {
  it('reads numbers, and has defaults', () => {
    assert.deepEqual(call('--rows', '5,70').options, { rows: [5, 70], runs: 3 });
    assert.deepEqual(call('--runs', '2').options, { rows: [10], runs: 2 });
  });

  it('prints what it does and its options', () => {
    const { printed, exitCode } = call('--help');
    assert.match(printed, /^Usage: npm run example -- \[options\]\n\nAn example\./);
    assert.match(printed, /--rows <n,n> +rows \(default: \[10\]\)/);
    assert.equal(exitCode, 0);
  });

  const refused = [
    { args: ['--row', '5'], says: /unknown option '--row'\n\(Did you mean --rows\?\)/ },
    { args: ['--runs', 'many'], says: /'many' is invalid\. It must be a whole number, such as 3\./ },
    { args: ['--rows', '5,,7'], says: /It must be whole numbers apart by commas, such as 10,100\./ },
    { args: ['--port', '70000'], says: /'70000' is invalid\. A port is a number from 0 to 65535\./ },
    { args: ['everything'], says: /too many arguments\. Expected 0 arguments but got 1/ },
  ];
  for (const { args, says } of refused)
    it(`refuses ${args.join(' ')} in words, with its usage`, () => {
      const { printed, exitCode } = call(...args);
      assert.match(printed, says);
      assert.match(printed, /Usage: npm run example/);
      assert.notEqual(exitCode, 0);
    });
});

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Hand their arguments on to Node's test runner, which has a help of its own. */
const FOR_NODE = ['test/groups/run.ts', 'test/groups/run-more.ts', 'node_modules/typescript-7/bin/tsc'];

describe('the scripts of package.json', () => {
  const files = Object.entries(scripts).flatMap(([name, line]) => {
    const [, file] = /^(?:[A-Z_]+=\S+ )*node (\S+)/.exec(line) ?? [];
    return file === undefined || file.startsWith('-') || FOR_NODE.includes(file) ? [] : [{ name, file }];
  });

  it('are many', () => assert.ok(files.length > 15, `${files.length}`));

  for (const { name, file } of files)
    it(`${name} has a help and refuses what it does not know`, () => {
      const text = readFileSync(file, 'utf8');
      assert.match(text, /\bscript\(/, `${file} reads no options by tools/script/script.ts`);
      assert.match(text, new RegExp(`'npm (?:run )?${name}'`), `${file} does not name itself ${name}`);
    });

  it('say it in words as a process, too', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/print/print-sizes.ts', '--loud'], {
      encoding: 'utf8',
    });
    assert.equal(status, 2);
    assert.match(stderr, /^error: unknown option '--loud'\n\nUsage: npm run sizes -- \[options\]/);
    assert.equal(stdout, '');
  });
});
