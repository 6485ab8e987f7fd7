import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { itMore } from '../groups/extent.ts';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');
const factsSchema = z.object({
  vendor: z.string(),
  keys: z.array(z.object({ keyId: z.string(), issuerId: z.string(), file: z.string() })),
  https: z.object({ environment: z.record(z.string(), z.string()) }),
});
const DAYS = '8';
/** What Node.js has compiled before: half of what each process takes. */
const cache = process.env['NODE_COMPILE_CACHE'];
const compileCache = cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };

/**
 * `asc-jobs try` as a process of its own, with nothing changed but the network: it asks
 * https://api.appstoreconnect.apple.com, and a proxy leads that name to the simulator.
 */
describe('asc-jobs try, as a process that asks Apple’s own address', () => {
  const directory = mkdtempSync(join(tmpdir(), 'try-process-'));
  let simulator: ChildProcess;
  let facts: z.output<typeof factsSchema>;

  before(async () => {
    simulator = spawn(process.execPath, [
      COMMAND,
      'simulate',
      '--https',
      '--json',
      '--port',
      '0',
      '--keys',
      join(directory, 'keys'),
    ]);
    let out = '';
    for await (const chunk of simulator.stdout ?? []) {
      out += String(chunk);
      if (out.trimEnd().endsWith('\n}')) break;
    }
    facts = factsSchema.parse(JSON.parse(out));
  });
  after(() => {
    simulator.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  const argumentsFor = (folder: string): string[] => {
    const [key] = facts.keys;
    return [
      COMMAND,
      'try',
      '--json',
      '--no-open',
      '--days',
      DAYS,
      ...['--p8', key?.file ?? '', '--issuer', key?.issuerId ?? ''],
      ...['--vendor', facts.vendor, '--dir', folder],
    ];
  };
  const environment = (): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    ...compileCache,
    ...facts.https.environment,
  });
  const settledIn = (out: string): number =>
    z
      .object({
        series: z.array(z.object({ report: z.string(), days: z.array(z.object({ state: z.string() })) })),
      })
      .parse(JSON.parse(out))
      .series.flatMap(({ report, days }) => (report === 'SALES/SUMMARY/DAILY' ? days : []))
      .filter(({ state }) => state === 'stored' || state === 'empty').length;

  it('fetches over https, and what a kill -9 interrupted it goes on with at once', async () => {
    const folder = join(directory, 'killed');
    const child = spawn(process.execPath, argumentsFor(folder), { env: environment() });
    const raw = () => globSync('lake/raw/**/*.gz', { cwd: folder });
    while (raw().length === 0 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await once(child, 'close');
    const { status, stdout, stderr } = spawnSync(process.execPath, argumentsFor(folder), {
      env: environment(),
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.ok(settledIn(stdout) >= Number(DAYS) - 1, stdout);
    const days = raw().filter((file) => file.includes('/SALES/'));
    assert.equal(new Set(days.map((file) => file.split(/[\\/]/).at(-2))).size, days.length, 'each day once');
  });

  itMore('says in one line that the disk is full, and goes on when there is room', (context) => {
    const folder = join(directory, 'full');
    mkdirSync(folder);
    const script = join(directory, 'full.sh');
    const quoted = argumentsFor(folder)
      .map((argument) => `'${argument}'`)
      .join(' ');
    writeFileSync(
      script,
      `set -e
mount -t tmpfs -o size=4m tmpfs '${folder}' || exit 77
head -c 3900000 /dev/zero > '${folder}/filler'
'${process.execPath}' ${quoted} > /dev/null 2> '${directory}/full.err' && exit 1
grep -c . '${directory}/full.err' >&2
tail -n 1 '${directory}/full.err' >&2
rm '${folder}/filler'
'${process.execPath}' ${quoted}
`,
    );
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', script],
      {
        env: environment(),
        encoding: 'utf8',
      },
    );
    if (status === 77 || status === null || /unshare/.test(stderr)) {
      context.skip('this machine lets nobody mount a small disk');
      return;
    }
    assert.match(
      stderr,
      /^The disk of \S+ is full\. Free some space and repeat the command; what was fetched is kept\.$/m,
    );
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    assert.equal(status, 0, stderr);
    assert.ok(settledIn(stdout) >= Number(DAYS) - 1, stdout);
  });

  itMore('stays up with --watch, serves its page, and ends when it is told to', async () => {
    const folder = join(directory, 'watched');
    const child = spawn(process.execPath, [...argumentsFor(folder), '--watch', '--serve', '--port', '0'], {
      env: environment(),
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    while (!err.includes('Next look') && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /The status page is at (\S+)/.exec(out)?.[1] ?? '';
    assert.match(await (await fetch(url)).text(), /App Store Connect Jobs/);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    assert.equal(code, 0, err);
    assert.deepEqual(globSync('lock', { cwd: folder }), []);
  });

  it('lets no second process into the folder', async () => {
    const folder = join(directory, 'shared');
    // It holds the folder until it is told to end, however fast it is.
    const first = spawn(process.execPath, [...argumentsFor(folder), '--watch'], { env: environment() });
    let err = '';
    first.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    while (globSync('lock', { cwd: folder }).length === 0 && first.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const second = spawnSync(process.execPath, argumentsFor(folder), {
      env: environment(),
      encoding: 'utf8',
    });
    assert.equal(second.status, 3);
    assert.match(second.stderr, /Another asc-jobs try \(process \d+\) is at work/);
    while (!err.includes('Next look') && first.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    first.kill('SIGTERM');
    const [code] = await once(first, 'close');
    assert.equal(code, 0, err);
  });
});
