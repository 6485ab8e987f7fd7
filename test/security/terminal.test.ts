import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { terminalText } from '../../cli/terminal/terminal-text.ts';

it('words of others cannot steer a terminal: only colours, tabs and line breaks stay', () => {
  const hostile =
    '\u001b]52;c;ZXZpbA==\u0007 \u001b]0;title\u001b\\ \u001b[2J\u001b[1A \u009b2J \u0008\u0000 five stars';
  assert.equal(terminalText(hostile), ']52;c;ZXZpbA== ]0;title\\ [2J[1A 2J  five stars');
  assert.equal(terminalText('Tide \u202e99.9\u2066\u202c'), 'Tide 99.9');
  const ours = '\u001b[31mfailed\u001b[39m\tçà 🎉\r\n';
  assert.equal(terminalText(ours), ours);
});

it('the command filters what it shows on a terminal, and leaves a pipe every byte', (context) => {
  const script = spawnSync('script', ['--version'], { encoding: 'utf8' });
  if (script.status !== 0) return context.skip('the program "script", which makes a terminal, is not here');
  const command = `'${process.execPath}' cli/asc-jobs.ts 'wrong\u001b[2Jcommand'`;
  const shown = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' }).stdout;
  assert.match(shown, /wrong\[2Jcommand/);
  const piped = spawnSync(process.execPath, ['cli/asc-jobs.ts', 'wrong\u001b[2Jcommand'], {
    encoding: 'utf8',
  });
  assert.ok(piped.stderr.includes('wrong\u001b[2Jcommand'));
});
