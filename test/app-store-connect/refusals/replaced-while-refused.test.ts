import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  KeyCircuitBreaker,
  KeyVersion,
} from '../../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import type { KeyStore, StoredKey } from '../../../functions/app-store-connect/auth/stored-key.ts';
import { createTokenSource } from '../../../functions/app-store-connect/auth/token-source.ts';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { newKeyPair, secretWith } from '../keys.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');

/** A secret with a version before its current one; each key has an ID of its own. */
async function secret() {
  const version = async (versionId: string): Promise<StoredKey> => ({
    key: await parseKeySecret(
      'test',
      secretWith(newKeyPair().privateKey, { keyId: `KEY000000${versionId}` }),
    ),
    versionId,
    versionCreatedAt: NOW,
  });
  const [previous, first, second] = [await version('0'), await version('1'), await version('2')];
  let current = first;
  const keys: KeyStore = {
    current: async () => current,
    reread: async () => current,
    previous: async () => previous,
  };
  const opened: KeyVersion[] = [];
  const breaker: KeyCircuitBreaker = {
    allowRequest: async () => ({ kind: 'allowed' }),
    recordFailure: async (key) => void opened.push(key),
    recordSuccess: async () => undefined,
    noteAccepted: async () => undefined,
  };
  const tokens = createTokenSource({
    ...{ keys, breaker, secretName: 'acme/prices', scoped: true },
    clock: { now: () => NOW },
    remainingMillis: () => 300_000,
  });
  const replace = (): void => {
    current = second;
  };
  return { tokens, replace, opened };
}

const refusal = new AppStoreConnectError({ code: 'UNAUTHORIZED', message: 'refused' });

describe('A secret that gets a new key while two requests are refused at once', () => {
  it('has the new key tried by both, though the previous one serves by then', async () => {
    const { tokens, replace } = await secret();
    await tokens.signer();
    assert.equal(await tokens.rereadKey('1'), false);
    assert.equal(await tokens.usePreviousKey('1'), true);
    replace();
    // The other request was refused with the key of before; it finds the new one.
    assert.equal(await tokens.rereadKey('1'), true);
    assert.equal((await tokens.signer()).versionId, '2');
  });

  it('has the new key tried by the one whose fallback is refused, whoever has read it first', async () => {
    const { tokens, replace, opened } = await secret();
    await tokens.signer();
    await tokens.rereadKey('1');
    await tokens.usePreviousKey('1');
    replace();
    await tokens.rereadKey('1');
    // This one had begun with the previous key before.
    assert.equal(await tokens.rereadKey('0'), true);
    assert.equal((await tokens.signer()).versionId, '2');
    assert.equal(await tokens.rereadKey('2'), false);
    await tokens.refused(refusal, '2');
    assert.deepEqual(opened, [{ secretName: 'acme/prices', versionId: '2' }]);
  });

  it('leaves the circuit of the new key closed where one of them gives up', async () => {
    const { tokens, replace, opened } = await secret();
    await tokens.signer();
    // This one has seen no new key and has none left, when the other one finds it.
    assert.equal(await tokens.rereadKey('1'), false);
    replace();
    assert.equal(await tokens.rereadKey('1'), true);
    await tokens.refused(refusal, '1');
    assert.deepEqual(opened, [{ secretName: 'acme/prices', versionId: '1' }]);
  });

  it('never goes back to a key that was refused before the new one came', async () => {
    const { tokens, replace } = await secret();
    await tokens.signer();
    await tokens.rereadKey('0');
    replace();
    assert.equal(await tokens.rereadKey('1'), true);
    await tokens.signer();
    await tokens.rereadKey('2');
    assert.equal(await tokens.usePreviousKey('2'), false, 'version 0 is the previous one, and was refused');
  });

  it('opens the circuit of the key that Apple refused where none has come', async () => {
    const { tokens, opened } = await secret();
    await tokens.signer();
    assert.equal(await tokens.rereadKey('1'), false);
    assert.equal(await tokens.usePreviousKey('1'), true);
    assert.equal(await tokens.rereadKey('0'), false);
    await tokens.refused(refusal, '0');
    assert.deepEqual(opened, [{ secretName: 'acme/prices', versionId: '1' }]);
  });
});
