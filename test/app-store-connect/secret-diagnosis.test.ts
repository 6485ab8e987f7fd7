import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyStore } from '../../functions/app-store-connect/auth/key-store.ts';
import { KeySecretUnreadableError } from '../../functions/app-store-connect/auth/secret-unreadable.ts';
import { explain } from '../../functions/app-store-connect/explain-error.ts';
import type { FaultEffect } from '../../local/aws/gateway/faults.ts';
import { startGateway } from '../../local/aws/gateway/gateway.ts';
import { createSecretsManager } from '../../local/aws/services/secrets-manager.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';
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

  it('AccessDenied: AWS says it of a missing name, too, so neither is told as a fact', async (context) => {
    assert.deepEqual(await secretCauses(context, { effect: 'accessDenied' }), [
      'possible secret-missing',
      'possible secret-not-permitted',
    ]);
  });

  it('a policy denies it in so many words: the secret is there', async (context) => {
    const message =
      'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:… with an explicit deny in a resource-based policy';
    const effect = { errorCode: 'AccessDeniedException', message };
    assert.deepEqual(await secretCauses(context, { effect }), ['certain secret-not-permitted']);
  });

  it('it is marked for deletion', async (context) => {
    const message = 'You can’t perform this operation on the secret because it was marked for deletion.';
    const effect = { errorCode: 'InvalidRequestException', message };
    assert.deepEqual(await secretCauses(context, { effect }), ['certain secret-deleted']);
  });

  it('the session of the one who asks has ended, or AWS does not know it: not told as trouble of Secrets Manager', async (context) => {
    for (const errorCode of ['ExpiredTokenException', 'UnrecognizedClientException'])
      assert.deepEqual(await secretCauses(context, { effect: { errorCode, message: 'x' } }), [
        'certain aws-session',
      ]);
  });

  it('there is no region, or no credentials, or an SSO session that has ended', async () => {
    const named = (name: string, message: string) => Object.assign(new Error(message), { name });
    for (const [cause, problem] of [
      [new Error('Region is missing'), 'no-region'],
      [named('CredentialsProviderError', 'Could not load credentials from any providers'), 'no-credentials'],
      [
        named('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
        'session-expired',
      ],
    ] as const) {
      const error = new KeySecretUnreadableError('test', cause);
      assert.equal(error.problem, problem);
      assert.deepEqual(
        explain(error).map((one) => `${one.confidence} ${one.cause}`),
        ['certain aws-session'],
      );
    }
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
