import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');
const root = mkdtempSync(join(tmpdir(), 'person-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Runs a command at a pseudo-terminal, types bytes at it as soon as it asks, and prints what it showed. Python has the means. */
const AT_TERMINAL = `
import os, pty, sys
typed, asked, command = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2].encode(), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown, done = b"", False
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
    if not done and asked in shown:
        os.write(terminal, typed)
        done = True
sys.stdout.buffer.write(shown)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status))
`;
const noPython = spawnSync('python3', ['-c', 'import pty']).status !== 0 && 'there is no Python 3 with pty';

const atTerminal = (typed: string, args: readonly string[]) =>
  spawnSync('python3', ['-c', AT_TERMINAL, typed, 'Team, as', process.execPath, COMMAND, ...args], {
    encoding: 'utf8',
    env: { ...process.env, APP_STORE_CONNECT_BASE_URL: 'http://apple.invalid' },
  });

describe('A person at a terminal', { skip: noPython }, () => {
  it('is asked one question after the other, also where the answers were pasted at once', () => {
    const directory = join(root, 'pasted');
    const { status, stdout } = atTerminal('acme\\n85012345\\nops@acme.example\\nn\\n\\n', [
      'init',
      directory,
    ]);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /File of the key for reports/);
    const { teams, notify } = JSON.parse(readFileSync(join(directory, 'cdk.json'), 'utf8')).context
      .appStoreConnect;
    assert.deepEqual(
      [teams[0].name, teams[0].vendors[0].number, teams[0].keys.prices, notify.emails],
      ['acme', '85012345', undefined, ['ops@acme.example']],
    );
  });

  it('may break off by Ctrl-C or Ctrl-D: nothing is written', () => {
    for (const [typed, expected] of [
      ['\\x03', 130],
      ['acme\\n\\x04', 3],
    ] as const) {
      const directory = join(root, `broken-${expected}`);
      const { status, stdout } = atTerminal(typed, ['init', directory]);
      assert.equal(status, expected, stdout);
      assert.equal(existsSync(directory), false);
    }
  });
});

describe('Where nobody is at a terminal', () => {
  it('nothing is asked, and the option that is missing is named', () => {
    for (const input of ['</dev/null', '<&-']) {
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', `exec "${process.execPath}" "${COMMAND}" init "${join(root, 'nobody')}" ${input}`],
        { encoding: 'utf8' },
      );
      assert.equal(status, 3, stderr);
      assert.match(stderr, /Nobody is here to be asked; give --team\./);
      assert.equal(existsSync(join(root, 'nobody')), false);
    }
  });
});
