import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { startWorld, type World } from '../../local/world/world.ts';
import { DAY, FIRST_DAY, labelsOf, settingsWith } from '../keys/key-world.ts';
import { type Operator, operatorOf } from './operator/operator.ts';

/** What would be a leak in what a command says: a PEM, its base64 body, or a token. */
const LEAK = /PRIVATE KEY|MIGHAgEAMB|eyJ[\w-]{10,}\.[\w-]{10,}/;

describe('asc-jobs', () => {
  let world: World;
  let operator: Operator;
  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    operator = operatorOf(world);
  });
  after(() => world.close());

  it('keys status says that nothing was checked yet, then what was found', async () => {
    const first = await operator.run(['keys', 'status']);
    assert.equal(first.exit, 1);
    assert.match(first.err, /Not checked yet: acme\/reports\. Check now: asc-jobs keys check/);
    const checked = await operator.run(['keys', 'check']);
    assert.equal(checked.exit, 0, checked.err);
    const second = await operator.run(['keys', 'status']);
    assert.equal(second.exit, 0);
    assert.match(second.out, /acme\/.*LOCALKEY00.*team.*0 of 90 d .*✓ accepts[\s\S]*FINANCE/);
  });

  it('keys remind prints the checklist of each key before it is due', async () => {
    const { exit, out } = await operator.run(['keys', 'remind', '--team', 'acme']);
    assert.equal(exit, 0, out);
    assert.match(out, /^acme\/reports: key LOCALKEY00 is 0 of 90 days old\n/);
    assert.match(out, /Stored in {2}Secrets Manager, us-east-1, secret app-store-connect\/acme\/reports/);
    assert.match(out, /3\. Run: npx asc-jobs keys rotate --team acme --job reports --p8/);
    assert.match(out, /5\. Revoke LOCALKEY00/);
    assert.doesNotMatch(out, LEAK);
  });

  it('keys remind says by its exit code that a key is due', async () => {
    const due = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      await due.pass(70 * DAY);
      await due.cloud.invoke('CheckKeys');
      const { exit, out } = await operatorOf(due).run(['keys', 'remind', '--json']);
      assert.equal(exit, 1);
      const [reminder] = JSON.parse(out);
      assert.deepEqual([reminder.for, reminder.due, reminder.revoke], ['acme/reports', true, 'LOCALKEY00']);
    } finally {
      await due.close();
    }
  });

  it('doctor ticks what is in order', async () => {
    const { exit, out } = await operator.run(['doctor']);
    assert.equal(exit, 0, out);
    assert.equal(out.split('\n').filter((line) => line.startsWith('  ✓')).length, 5, out);
    assert.doesNotMatch(out, LEAK);
  });

  it('doctor --json gives the status for programs', async () => {
    const { out } = await operator.run(['doctor', '--json', '--team', 'acme']);
    const [status] = JSON.parse(out);
    assert.deepEqual([status.health, status.key.keyId, status.findings], ['well', 'LOCALKEY00', []]);
  });

  it('keys rotate refuses a file that is no key, before anything is written', async () => {
    const labels = await labelsOf(world);
    const file = join(operator.directory, 'AuthKey_NOTAKEY001.p8');
    writeFileSync(file, 'hello');
    const { exit, err } = await operator.run(['keys', 'rotate', '--team', 'acme', '--p8', file]);
    assert.equal(exit, 3);
    assert.match(err, /privateKey: is neither PEM/);
    assert.deepEqual(await labelsOf(world), labels);
  });

  it('keys rotate says why a key that does not do its job was not taken: exit code 2', async () => {
    const { file } = operator.download('DEVELOPER1', 'DEVELOPER');
    const { exit, out } = await operator.run(['keys', 'rotate', '--team', 'acme', '--p8', file]);
    assert.equal(exit, 2);
    assert.match(out, /✗ Key DEVELOPER1 was not put into use; the present key stays/);
    assert.match(out, /Reports need Finance/);
  });

  it('keys rotate puts a good one in use, and may be repeated the next day', async () => {
    const { file } = operator.download('ROTATED001');
    const args = ['keys', 'rotate', '--team', 'acme', '--job', 'reports', '--p8', file];
    for (const _ of ['first', 'again']) {
      const { exit, out } = await operator.run(args);
      assert.equal(exit, 0);
      assert.match(out, /✓ Key ROTATED001 was tested at Apple and is in use\./);
      assert.match(out, /! Now revoke LOCALKEY00/);
      // Without a check by hand.
      assert.match((await operator.run(['keys', 'status'])).out, /ROTATED001/);
      assert.match((await operator.run(['status'])).out, /ROTATED001/);
      await world.pass(DAY);
    }
    const labels = Object.values(await labelsOf(world)).flat();
    assert.ok(labels.includes('AWSCURRENT'));
    const { out } = await operator.run(['keys', 'check']);
    assert.match(out, /ROTATED001/);
    assert.match(out, /! acme\/reports: Apple still accepts the old key LOCALKEY00/);
  });

  it('a corrected issuer makes another candidate; doctor tells a revoked key and exits with 2', async () => {
    const key = world.keys.get('acme');
    assert.ok(key);
    const { file } = operator.download('WRONGISS01');
    const rotated = await operator.run([
      ...['keys', 'rotate', '--team', 'acme', '--p8', file],
      ...['--issuer', '11111111-2222-3333-4444-555555555555'],
    ]);
    assert.equal(rotated.exit, 2);
    // Corrected, the same key is another version.
    assert.equal((await operator.run(['keys', 'rotate', '--team', 'acme', '--p8', file])).exit, 0);
    // The daily check has seen Apple accept it.
    await operator.run(['keys', 'check']);
    world.simulator.revokeKey('WRONGISS01');
    const { exit, out } = await operator.run(['doctor']);
    assert.equal(exit, 2);
    assert.match(out, /✗ key WRONGISS01 does not do its job:\n +certain: Apple accepted key WRONGISS01 on/);
    assert.match(out, /docs\/keys\.md#key-revoked/);
    assert.match(out, /GET \/v1\/salesReports → 401 NOT_FOUND/);
  });

  it('keys correct puts right what the secret says beside the key, without the .p8 file, after a test', async () => {
    const corrected = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      const { run } = operatorOf(corrected);
      const { privateKeyPem, issuerId } = corrected.keys.get('acme') ?? assert.fail();
      const slip = { keyId: 'LOCALKEY00', privateKey: privateKeyPem, kind: 'team', role: 'DEVELOPER' };
      const wrong = '11111111-2222-3333-4444-555555555555';
      await corrected.storeReportsSecret('acme', JSON.stringify({ ...slip, issuerId: wrong }));
      const correct = (...args: string[]) =>
        run(['keys', 'correct', '--team', 'acme', '--job', 'reports', ...args]);
      const other = await correct('--issuer', '99999999-2222-3333-4444-555555555555');
      assert.equal(other.exit, 2, other.out);
      assert.match(other.out, /✗ Nothing was changed\./);
      const right = await correct('--issuer', issuerId, '--role', 'Finance', '--created-at', '2026-06-01');
      assert.equal(right.exit, 0, right.out + right.err);
      assert.match(right.out, /is corrected; key LOCALKEY00 stays in use/);
      await run(['keys', 'check']);
      const [status] = JSON.parse((await run(['keys', 'status', '--json'])).out);
      assert.deepEqual(
        [status.health, status.key.issuerId, status.key.role, status.key.createdAt],
        ['well', issuerId, 'FINANCE', '2026-06-01'],
      );
    } finally {
      await corrected.close();
    }
  });

  it('keys rotate asks for the issuer where the present secret gives none', async () => {
    const malformed = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      const { run, download } = operatorOf(malformed);
      await malformed.storeReportsSecret('acme', 'no JSON');
      const { file } = download('NEWKEY0009');
      const { exit, err } = await run(['keys', 'rotate', '--team', 'acme', '--p8', file]);
      assert.equal(exit, 3);
      assert.match(err, /gives no issuer ID to take over; give it with --issuer/);
      assert.doesNotMatch(err, /issuerId/);
    } finally {
      await malformed.close();
    }
  });

  it('token gives a token for exactly one read, on the standard output alone', async () => {
    const { exit, out, err } = await operator.run(['token', '--team', 'acme', '--get', '/v1/apps?limit=1']);
    assert.equal(exit, 0);
    const claims = decodeJwt(out.trim());
    assert.deepEqual(claims['scope'], ['GET /v1/apps']);
    assert.match(err, /Allows {3}GET \/v1\/apps/);
    assert.doesNotMatch(err, LEAK);
    const minutes = await operator.run(['token', '--team', 'acme', '--minutes', '30']);
    assert.equal(minutes.exit, 3);
  });

  it('token --write asks, and makes none unless the team is typed', async () => {
    for (const answer of [undefined, '', 'yes']) {
      const { exit, out } = await operator.run(['token', '--team', 'acme', '--write'], answer);
      assert.deepEqual([exit, out], [3, '']);
    }
    const { exit, out, err } = await operator.run(['token', '--team', 'acme', '--write', '--json'], 'acme');
    assert.equal(exit, 0);
    const { claims, token } = JSON.parse(out);
    assert.equal(claims.scope, undefined);
    assert.ok(claims.exp - claims.iat <= 180);
    assert.equal(decodeJwt(token).exp, claims.exp);
    assert.match(err, /can change prices and apps of team acme/);
  });

  it('keys thumbprint tells key files apart', async () => {
    const { file } = operator.download('THUMBPRINT');
    const { exit, out } = await operator.run(['keys', 'thumbprint', file]);
    assert.equal(exit, 0);
    assert.match(out, /^[\w-]{43}\n$/);
  });

  it('says what is wrong with a request, with exit code 3', async () => {
    for (const [args, said] of [
      [['doctor', '--team', 'nobody'], /The settings name no team "nobody"\. They name acme\./],
      [['keys', 'rotate', '--team', 'acme'], /--p8/],
      [
        ['keys', 'rotate', '--team', 'acme', '--p8', '/nowhere/AuthKey_AAAAAAAAAA.p8'],
        /There is no such file/,
      ],
      [['sing'], /unknown command/],
    ] as const) {
      const { exit, err } = await operator.run(args);
      assert.equal(exit, 3, err);
      assert.match(err, said);
    }
  });

  it('is a program of its own', () => {
    const { status, stdout } = spawnSync(resolve('cli', 'asc-jobs.ts'), ['--help'], { encoding: 'utf8' });
    assert.equal(status, 0);
    for (const command of ['doctor', 'keys', 'token']) assert.match(stdout, new RegExp(`\\b${command}\\b`));
  });
});
