import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { explainToken } from '../../functions/app-store-connect/auth/explain-token.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { ISSUER, newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { runCommand } from '../cli/operator/run-command.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const KEY_ID = 'ABCDE12345';
const VENDOR = '85012345';
const pair = newKeyPair();

/** A terminal with a key file and no AWS: neither settings nor credentials. */
async function start(context: TestContext, roles: readonly ('FINANCE' | 'APP_MANAGER' | 'DEVELOPER')[]) {
  const simulator = await startSimulator({ clock: { now: () => NOW } });
  context.after(() => simulator.close());
  simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: [VENDOR] });
  simulator.addKey({ team: 'acme', keyId: KEY_ID, kind: 'team', roles, publicKey: pair.publicKey });
  const file = join(mkdtempSync(join(tmpdir(), 'key-')), `AuthKey_${KEY_ID}.p8`);
  writeFileSync(file, pair.privateKey);
  const run = (args: readonly string[]) =>
    runCommand(args, {
      env: {
        APP_STORE_CONNECT_BASE_URL: simulator.origin,
        ASC_KEY: Buffer.from(pair.privateKey).toString('base64'),
      },
      now: () => NOW,
    });
  return { simulator, file, run };
}

describe('A key file without any AWS', () => {
  it('doctor says what Apple lets it do, with status and request id; no private key in what it prints', async (context) => {
    const { file, run } = await start(context, ['FINANCE']);
    const { exit, out } = await run(['doctor', '--p8', file, '--issuer', ISSUER, '--vendor', VENDOR]);
    assert.equal(exit, 0, out);
    assert.match(out, new RegExp(`ABCDE12345, a team key of issuer ${ISSUER}`));
    assert.match(out, /✓ reads Sales and Trends/);
    assert.match(out, /✗ may not read apps: it is no key for prices/);
    assert.match(out, /GET \/v1\/apps → 403 FORBIDDEN_ERROR, request id /);
    assert.doesNotMatch(out, /PRIVATE/);
  });

  it('doctor takes the base64 variable of CI, and gives JSON', async (context) => {
    const { run } = await start(context, ['APP_MANAGER']);
    const args = ['doctor', '--p8-env', 'ASC_KEY', '--key-id', KEY_ID, '--issuer', ISSUER, '--json'];
    const { exit, out } = await run(args);
    assert.equal(exit, 0, out);
    const report = JSON.parse(out);
    assert.deepEqual(
      [report.mayReadApps, report.mayReadSales, report.key.issuerId, report.probes[0].status],
      [true, false, ISSUER, 200],
    );
  });

  it('doctor says of a wrong issuer that it cannot know, in the order to check', async (context) => {
    const { file, run } = await start(context, ['FINANCE']);
    const wrong = '11111111-2222-3333-4444-555555555555';
    const { exit, out } = await run(['doctor', '--p8', file, '--issuer', wrong]);
    assert.equal(exit, 2);
    assert.match(out, /possible: .*issuer/i);
    assert.match(out, /401 NOT_AUTHORIZED/);
  });

  it('a wrong vendor and a portal in Apple’s place do not count as healthy', async (context) => {
    const { simulator, file, run } = await start(context, ['FINANCE']);
    const wrong = await run(['doctor', '--p8', file, '--issuer', ISSUER, '--vendor', '89999999']);
    assert.equal(wrong.exit, 2, wrong.out);
    assert.match(wrong.out, /✗ Apple does not take this vendor number/);
    simulator.faults.add({ effect: { kind: 'html', status: 200 }, times: 9 });
    const portal = await run(['doctor', '--p8', file, '--issuer', ISSUER]);
    assert.equal(portal.exit, 1, portal.out);
    assert.match(portal.out, /some other server/);
    assert.match(portal.out, /\? Nothing is proved about the key: Apple could not be asked\./);
    assert.doesNotMatch(portal.out, /does not take the key/);
  });

  it('an unsigned agreement is not told as a fault of the key', async (context) => {
    const { simulator, file, run } = await start(context, ['FINANCE']);
    simulator.setAgreement('acme', false);
    const { exit, out } = await run(['doctor', '--p8', file, '--issuer', ISSUER]);
    assert.equal(exit, 2, out);
    assert.match(out, /✗ Apple refuses every call of this team; the key is good:/);
    assert.doesNotMatch(out, /does not take the key/);
  });

  it('token makes one for exactly this read, repeated parameters included', async (context) => {
    const { file, run } = await start(context, ['FINANCE']);
    const get = '/v1/apps?filter[id]=1&filter[id]=2';
    const { exit, out, err } = await run(['token', '--p8', file, '--issuer', ISSUER, '--get', get]);
    assert.equal(exit, 0, err);
    const { scope, findings } = await explainToken(out.trim(), NOW);
    assert.deepEqual(scope, ['GET /v1/apps?filter[id]=1&filter[id]=2']);
    assert.ok(findings.every(({ severity }) => severity === 'note'));
  });

  it('says which option is missing', async (context) => {
    const { file, run } = await start(context, ['FINANCE']);
    const { exit, err } = await run(['doctor', '--p8', file]);
    assert.equal(exit, 3);
    assert.match(err, /--issuer/);
  });
});

describe('token explain', () => {
  const key = teamKey(pair.privateKey);
  const seconds = NOW / 1000;
  const made = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ iss: ISSUER, aud: 'appstoreconnect-v1', iat: seconds - 60, exp: seconds + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: KEY_ID, typ: 'JWT', ...header })
      .sign((await key).privateKey.reveal());
  const severityOf = async (token: string) => {
    const { findings } = await explainToken(token, NOW);
    return (['refused', 'doubtful', 'note'] as const).find((severity) =>
      findings.some((finding) => finding.severity === severity),
    );
  };

  it('finds nothing against a good token, also without iat or typ, or with a list for aud', async () => {
    for (const token of [
      await made({}),
      await made({ iat: undefined }),
      await made({}, { typ: undefined }),
      await made({ aud: ['appstoreconnect-v1'] }),
    ])
      assert.equal(await severityOf(token), 'note');
  });

  it('says what Apple will refuse', async () => {
    for (const token of [
      'not a token',
      await made({ exp: seconds - 3600 }),
      await made({ exp: seconds + 3600 }),
      await made({ iat: seconds + 90 }),
      await made({ iss: undefined }),
      await made({ aud: 'somebody' }),
      await made({ scope: ['POST /v1/apps'] }),
      await made({}, { kid: 'short' }),
    ])
      assert.equal(await severityOf(token), 'refused');
    assert.equal(await severityOf(await made({ exp: seconds - 60 })), 'doubtful');
    assert.equal(await severityOf(await made({ bid: 'com.acme' })), 'doubtful');
  });

  it('checks the signature where a key is at hand', async () => {
    const token = await made({});
    assert.equal((await explainToken(token, NOW, await key)).signature, 'fits');
    const other = await teamKey(newKeyPair().privateKey);
    assert.equal((await explainToken(token, NOW, other)).signature, 'does not fit');
  });

  it('does not blame a token for a key at hand that is another one', async () => {
    const severities = async (token: string) =>
      (await explainToken(token, NOW, await key)).findings.map(({ severity, text }) => [severity, text]);
    const ofAnother = await severities(await made({ iss: 'other' }, { kid: 'ANOTHER001' }));
    assert.deepEqual(
      ofAnother.filter(([severity]) => severity !== 'note'),
      [
        [
          'doubtful',
          `kid is ANOTHER001; the key at hand is another one, ${KEY_ID}: the signature was not checked.`,
        ],
      ],
    );
    const otherIssuer = await severities(await made({ iss: 'other' }));
    assert.deepEqual(
      otherIssuer.flatMap(([severity]) => (severity === 'note' ? [] : [severity])),
      ['doubtful'],
    );
  });

  it('is a command that needs no AWS; exit code 2 where Apple refuses', async (context) => {
    const { file, run } = await start(context, ['FINANCE']);
    const good = await run(['token', 'explain', await made({}), '--p8', file, '--issuer', ISSUER]);
    assert.equal(good.exit, 0, good.err);
    assert.match(good.out, /Signature {2}fits/);
    const bad = await run(['token', 'explain', await made({ exp: seconds - 9999 }), '--json']);
    assert.equal(bad.exit, 2);
    assert.equal(JSON.parse(bad.out).keyId, KEY_ID);
  });
});
