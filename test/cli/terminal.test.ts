import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { sparkText } from '../../cli/commands/numbers/spark-text.ts';
import { explainFailure } from '../../cli/terminal/describe-error.ts';
import { exitCodeOf } from '../../cli/terminal/exit-code.ts';
import { foldColumns, renderTable, shortened } from '../../cli/terminal/table.ts';
import { runCommand } from './operator/run-command.ts';

/** Runs `asc-jobs` where there is neither a deployment nor anybody to ask. */
const typed = (...argv: string[]) => runCommand(argv);

const GROUPS = ['keys', 'prices', 'reports'];
const COMMANDS = [
  ...['status', 'doctor', 'token', 'simulate', 'completion', ...GROUPS].map((name) => [name]),
  ...['check', 'remind', 'rotate', 'status', 'thumbprint'].map((name) => ['keys', name]),
  ...['plan', 'apply', 'approve', 'status', 'rollback', 'diff'].map((name) => ['prices', name]),
  ...['list', 'backfill', 'get', 'query'].map((name) => ['reports', name]),
];

describe('Help', () => {
  for (const command of COMMANDS)
    it(`of "${command.join(' ')}" shows the options of every command, and examples`, async () => {
      const { exit, out } = await typed(...command, '--help');
      equal(exit, 0);
      for (const option of ['--local', '--stage', '--json', '--settings']) ok(out.includes(option), option);
      match(out, /Examples?:\n {2}(source <\()?asc-jobs/);
    });

  it('names the version', async () => {
    match((await typed('--version')).out, /^\d+\.\d+\.\d+/);
  });
});

describe('A table', () => {
  it('fits 80 columns, without losing a letter', () => {
    const text = 'the answer of Apple in so many words that no line of a terminal could hold it';
    const table = renderTable({}, ['change', 'product', 'answer'], [['x'.repeat(60), 'app 1', text]]);
    for (const line of table.split('\n')) ok(line.length <= 80, line);
    equal(table.match(/x/g)?.length, 60);
    const words = table.split('\n').map((line) => line.split('│').at(-2)?.trim());
    ok(words.join(' ').includes(text), words.join(' '));
  });

  it('is as wide as the terminal where that is wider', () => {
    const row = ['x'.repeat(60), 'y'.repeat(60)];
    equal(renderTable({ width: 200 }, ['a', 'b'], [row]).split('\n').length, 5);
  });

  it('leaves out what is the same in every row, and says it once', () => {
    const rows = [
      ['USA', '2026-12-01', ''],
      ['FRA', '2026-12-01', ''],
    ];
    deepEqual(foldColumns(['territory', 'starts', 'note'], rows), {
      head: ['territory'],
      rows: [['USA'], ['FRA']],
      common: ['starts: 2026-12-01'],
    });
  });

  it('shows where text was cut', () => {
    equal(shortened('not available yet', 8), 'not ava…');
    equal(shortened('empty', 8), 'empty');
  });
});

describe('A sparkline', () => {
  it('goes from nothing to the highest value, with a gap where nothing is known', () =>
    equal(sparkText(['0', '7', null, '3', '-7'], 10, 'sum').replace(' ', '_'), '▅█_▆▁'));

  it('puts neighbours together: a flow is added, of a balance the last counts', () => {
    equal(sparkText(['1', '2', '3', '4'], 2, 'sum'), '▄█');
    equal(sparkText(['7', '4', '3', '8'], 2, 'last'), '▅█');
  });

  it('is flat where every value is nothing', () => equal(sparkText(['0', '0'], 10, 'sum'), '▁▁'));
});

describe('The exit code', () => {
  it('is that of the worst finding', () => {
    equal(exitCodeOf([]), 0);
    equal(exitCodeOf([{ severity: 'note' }]), 0);
    equal(exitCodeOf([{ severity: 'note' }, { severity: 'warning' }]), 1);
    equal(exitCodeOf([{ severity: 'problem' }, { severity: 'warning' }]), 2);
  });
});

describe('What goes wrong on this machine', () => {
  it('is one line with the name of the file', async () => {
    const { exit, err } = await typed('keys', 'thumbprint', 'no/such/AuthKey.p8');
    equal(exit, 3);
    equal(
      err,
      'no/such/AuthKey.p8: There is no such file; look at the name and at the directory you are in.\n',
    );
  });

  it('is one line where the disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    match(explainFailure(full), /^The disk is full; .*$/);
  });

  it('a day that does not exist is refused', async () => {
    const { exit, err } = await typed('reports', 'list', '--from', '2026-02-30', '--local');
    equal(exit, 3);
    equal(err, '--from: is a day that does not exist\n');
  });
});

describe('Completion', () => {
  const complete = async (...words: string[]): Promise<string> => {
    const { out } = await typed('completion', 'bash');
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
    const call = words[0] === 'npx' ? '_asc_jobs_npx' : '_asc_jobs';
    return execFileSync('bash', ['-c', `${out}\n${ask}\n${call}\nprintf '%s\\n' "\${COMPREPLY[@]}"`], {
      encoding: 'utf8',
    });
  };
  const bash = new Promise<boolean>((resolve) =>
    execFile('bash', ['--version'], (error) => resolve(error === null)),
  );

  it('knows commands, options and the values of options, also after npx', async (context) => {
    if (!(await bash)) return context.skip('there is no bash here');
    match(await complete('asc-jobs', 'rep'), /^reports\n/);
    match(await complete('asc-jobs', 'reports', 'list', '--sta'), /--state/);
    match(await complete('asc-jobs', 'reports', 'list', '--state', 'fa'), /^failed\n$/);
    match(
      await complete('asc-jobs', 'reports', 'list', '--report', 'SALES/SUMMARY/D'),
      /SALES\/SUMMARY\/DAILY/,
    );
    match(await complete('npx', 'asc-jobs', 'prices', 'ap'), /apply\napprove|approve\napply/);
  });
});
