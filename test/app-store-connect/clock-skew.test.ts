import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAppleClock } from '../../functions/app-store-connect/auth/apple-clock.ts';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { createTokenSource } from '../../functions/app-store-connect/auth/token-source.ts';
import { AppStoreConnectError } from '../../functions/app-store-connect/protocol/errors.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { bytesOf, clientFor, salesRead, VENDOR } from './apple.ts';
import { ISSUER, newKeyPair, secretWith } from './keys.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const key = newKeyPair();

describe('A clock that is off by over 30 s', () => {
  for (const skewSeconds of [-90, 1800]) {
    it(`(${skewSeconds} s) costs one refused call; then tokens are dated by Apple’s, and it is said`, async (context) => {
      const clock = createSimulatedClock(NOW, () => 0);
      const simulator = await startSimulator({
        clock: createSimulatedClock(NOW + skewSeconds * 1000, () => 0),
      });
      context.after(() => simulator.close());
      simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: [VENDOR] });
      simulator.addKey({
        team: 'acme',
        keyId: 'ABCDE12345',
        kind: 'team',
        roles: ['FINANCE'],
        publicKey: key.publicKey,
      });
      const said: string[] = [];
      const stored = {
        key: await parseKeySecret('test', secretWith(key.privateKey)),
        versionId: '1',
        versionCreatedAt: NOW,
      };
      const keys = fixedKey(stored);
      const tokens = createTokenSource({
        keys,
        secretName: 'test',
        clock,
        remainingMillis: () => 120_000,
        scoped: true,
        appleClock: createAppleClock(clock, { warn: (message) => void said.push(message) }),
      });
      const client = clientFor(keys, { baseUrl: simulator.origin, clock, tokens });
      const outcomes = [];
      for (const _ of [1, 2]) {
        outcomes.push(
          await client.read(salesRead, bytesOf).catch((error: unknown) => {
            assert.ok(error instanceof AppStoreConnectError);
            return error.status;
          }),
        );
      }
      assert.deepEqual(outcomes, [404, 404], 'the report is not there, but the key is let in');
      assert.deepEqual(
        simulator.requests().map(({ status }) => status),
        [401, 404, 404],
      );
      assert.equal(said.length, 1);
      assert.match(
        said[0] ?? '',
        new RegExp(`${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? 'ahead' : 'behind'}`),
      );
    });
  }
});
