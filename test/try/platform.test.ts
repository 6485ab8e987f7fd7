import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFileName } from '../../local/aws/base/file-name.ts';
import { browserCommand, socketPath, stopSignals } from '../../local/try/platform.ts';

describe('What differs between operating systems', () => {
  it('the tables listen at a file of the user’s own, on Windows at a pipe', () => {
    const by = { pid: 12, now: 34 };
    assert.equal(socketPath('linux', '/tmp/asc-jobs-x', by), '/tmp/asc-jobs-x/tables');
    assert.equal(socketPath('win32', 'C:\\Temp\\asc-jobs-x', by), '\\\\?\\pipe\\asc-jobs-12-34');
  });

  it('the status page is opened by the system’s own means, whatever its name holds', () => {
    const file = 'C:\\Users\\A & B\\status.html';
    assert.deepEqual(browserCommand('win32', file), ['rundll32', 'url.dll,FileProtocolHandler', file]);
    assert.deepEqual(browserCommand('darwin', '/a b.html'), ['open', '/a b.html']);
    assert.deepEqual(browserCommand('linux', '/a b.html'), ['xdg-open', '/a b.html']);
  });

  it('a process that stays up ends by the signals that there are', () => {
    assert.deepEqual(stopSignals('linux'), ['SIGINT', 'SIGTERM']);
    assert.deepEqual(stopSignals('win32'), ['SIGINT', 'SIGBREAK', 'SIGHUP']);
  });

  it('an object’s key is a file below the folder and nowhere else', () => {
    for (const platform of ['linux', 'win32'] as const) {
      for (const part of ['', '.', '..', 'a\0b'])
        assert.equal(isFileName(part, platform), false, `${platform} ${part}`);
      for (const part of ['team=acme', 'report_date=2026-11-23', 'data.parquet', 'SUMMARY'])
        assert.equal(isFileName(part, platform), true, `${platform} ${part}`);
    }
    for (const part of ['..\\..\\other', 'C:', 'a:b', 'a*', 'NUL', 'con.json', 'lpt1', 'a.', 'a ']) {
      assert.equal(isFileName(part, 'win32'), false, part);
      assert.equal(isFileName(part, 'linux'), true, part);
    }
  });
});
