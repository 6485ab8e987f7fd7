import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyStore } from '../../functions/app-store-connect/auth/key-store.ts';
import { explain } from '../../functions/app-store-connect/explain-error.ts';
import type { FaultEffect } from '../../local/aws/gateway/faults.ts';
import { startGateway } from '../../local/aws/gateway/gateway.ts';
import { createSecretsManager } from '../../local/aws/services/secrets-manager.ts';
import { createSimulatedClock } from '../../local/clock.ts';
import { newKeyPair, secretWith } from './keys.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const { privateKey } = newKeyPair();

describe('A secret that gives no key is diagnosed', () => {
  const secretCauses = async (
    context: TestContext,
    { effect, value, name = 'test' }: { effect?: FaultEffect; value?: string; name?: string },
  ): Promise<string[]> => {
    const clock = createSimulatedClock(NOW, () => 0);
    const gateway = await startGateway(clock);
    context.after(() => gateway.close());
    gateway.serve('secretsmanager', createSecretsManager(clock).backend);
    const create = { Name: 'test', SecretString: value ?? secretWith(privateKey) };
    const secrets = new SecretsManagerClient({
      endpoint: gateway.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    await secrets.send(new CreateSecretCommand(create));
    if (effect !== undefined) gateway.faults.add({ service: 'secretsmanager', times: 9, effect });
    const error: unknown = await createKeyStore(secrets, clock)
      .current(name)
      .then(
        () => assert.fail('it gave a key'),
        (thrown: unknown) => thrown,
      );
    return explain(error).map(({ cause, confidence }) => `${confidence} ${cause}`);
  };

  it('no secret of this name', async (context) => {
    assert.deepEqual(await secretCauses(context, { name: 'other' }), ['certain secret-missing']);
  });

  it('IAM says no', async (context) => {
    assert.deepEqual(await secretCauses(context, { effect: 'accessDenied' }), [
      'certain secret-not-permitted',
    ]);
  });

  it('the KMS key may not be used, or is disabled', async (context) => {
    const refused = { errorCode: 'AccessDeniedException', message: 'Access to KMS is not allowed' };
    const disabled = { errorCode: 'DecryptionFailure', message: 'Secrets Manager can’t decrypt.' };
    for (const effect of [refused, disabled])
      assert.deepEqual(await secretCauses(context, { effect }), ['certain secret-not-decryptable']);
  });

  it('Secrets Manager is ill', async (context) => {
    assert.deepEqual(await secretCauses(context, { effect: 'error500' }), [
      'likely secrets-manager-unavailable',
    ]);
  });

  it('it holds the .p8 file alone', async (context) => {
    assert.deepEqual(await secretCauses(context, { value: privateKey }), ['certain secret-malformed']);
  });
});
