import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { renderReport } from '../../cli/terminal/keys/doctor-report.ts';
import { diagnose } from '../../functions/app-store-connect/diagnosis/diagnose.ts';
import { findingsOf } from '../../functions/keys/check/key-findings.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import type { FaultEffect } from '../../local/simulator/index.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { ISSUER, newKeyPair } from '../app-store-connect/keys.ts';
import { runCommand } from './operator/run-command.ts';

const NOW = Date.now();
const KEY_ID = 'ABCDE12345';
const pair = newKeyPair();
const NOTHING_PROVED =
  /\? Nothing is proved about the key: Apple could not be asked\.[\s\S]*This says nothing about the key\./;

/** A server at a port of its own, and the port it leaves. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

describe('doctor --p8 where Apple does not answer: exit code 1, and nothing is said against the key', () => {
  let simulator: Simulator;
  let portal: Server;
  let portalPort: number;
  let closedPort: number;
  let file: string;

  before(async () => {
    simulator = await startSimulator({ clock: { now: () => NOW }, https: true });
    simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: ['85012345'] });
    simulator.addKey({
      team: 'acme',
      keyId: KEY_ID,
      kind: 'team',
      roles: ['FINANCE'],
      publicKey: pair.publicKey,
    });
    file = join(mkdtempSync(join(tmpdir(), 'key-')), `AuthKey_${KEY_ID}.p8`);
    writeFileSync(file, pair.privateKey);
    portal = createServer((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1/sign-in' }).end(),
    );
    portalPort = await listening(portal);
    const closed = createServer();
    closedPort = await listening(closed);
    await new Promise((resolve) => closed.close(resolve));
  });
  after(async () => {
    portal.close();
    await simulator.close();
  });

  const doctor = (baseUrl: string) =>
    runCommand(['doctor', '--p8', file, '--issuer', ISSUER], {
      env: { APP_STORE_CONNECT_BASE_URL: baseUrl },
      now: Date.now,
    });
  const saysNothingOfTheKey = async (baseUrl: string, expected: RegExp): Promise<void> => {
    const { exit, out } = await doctor(baseUrl);
    assert.equal(exit, 1, out);
    assert.match(out, NOTHING_PROVED);
    assert.match(out, expected);
    assert.doesNotMatch(out, /✗|revoked|rotate|new key/i);
  };
  const withFault = async (effect: FaultEffect, expected: RegExp): Promise<void> => {
    const fault = simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect });
    try {
      await saysNothingOfTheKey(simulator.origin, expected);
    } finally {
      fault.remove();
    }
  };

  it('503 of Apple', () =>
    withFault(
      { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
      /likely: Apple answered 503\.[\s\S]*GET \/v1\/apps → 503 SERVICE_UNAVAILABLE/,
    ));

  it('503 with a page: it may be a proxy’s', () =>
    withFault({ kind: 'html', status: 503 }, /The response was 503, not in Apple's form[\s\S]*or a proxy/));

  it('429', () =>
    withFault(
      { kind: 'rateLimited' },
      /certain: The requests of key ABCDE12345 for this hour or minute are used up[\s\S]*→ 429/,
    ));

  it('nobody listens', () =>
    saysNothingOfTheKey(
      `http://127.0.0.1:${closedPort}`,
      /likely: There is no connection to api\.appstoreconnect\.apple\.com, port 443[\s\S]*ECONNREFUSED[\s\S]*→ no response/,
    ));

  it('the name cannot be resolved', () =>
    saysNothingOfTheKey('http://apple.invalid', /likely: The name [\w.]+ could not be resolved[\s\S]*DNS/));

  it('a proxy opens TLS', () =>
    saysNothingOfTheKey(
      simulator.https?.origin ?? assert.fail('no https'),
      /likely: Some server showed a certificate that is not valid[\s\S]*NODE_EXTRA_CA_CERTS/,
    ));

  it('what answers on the port does not speak TLS', () =>
    saysNothingOfTheKey(
      `https://127.0.0.1:${portalPort}`,
      /likely: Whatever answered on port 443[\s\S]*does not speak TLS/,
    ));

  it('a portal answers with its page', () =>
    withFault(
      { kind: 'html', status: 200 },
      /likely: The response 200 is not in Apple's form: some other server/,
    ));

  it('a portal sends on to its own address: the token does not go there', () =>
    saysNothingOfTheKey(
      `http://127.0.0.1:${portalPort}`,
      /likely: The request was sent on to another address[\s\S]*sign-in portal[\s\S]*The token was not sent there/,
    ));
});

describe('The doctor of a deployment', () => {
  it('says the same of a key that Apple could not be asked about', () => {
    const status: KeyStatus = {
      team: 'acme',
      job: 'reports',
      secretName: 'app-store-connect/acme/reports',
      checkedAt: NOW,
      health: 'unknown',
      findings: [],
      diagnoses: [...diagnose({ network: 'ENOTFOUND' })],
      sharedWith: [],
      key: {
        keyId: KEY_ID,
        kind: 'team',
        thumbprint: 't',
        versionId: 'v',
        createdAt: '2026-11-01',
        createdAtSource: 'secret',
        ageDays: 3,
        maxAgeDays: 180,
        remainingDays: 177,
        rotateBy: '2027-04-30',
      },
    };
    const text = renderReport({ ...status, findings: findingsOf(status) });
    assert.match(text, /! Nothing is proved about the key, as Apple could not be asked:\n +likely: The name/);
    assert.doesNotMatch(text, /✗/);
  });
});
