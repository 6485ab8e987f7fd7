import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeySecretUnreadableError } from '../../../functions/app-store-connect/auth/secret-unreadable.ts';
import {
  type AppStoreConnectCode,
  AppStoreConnectError,
} from '../../../functions/app-store-connect/protocol/errors.ts';
import { classifyPlanningError } from '../../../functions/prices/apply/context/retry-policy.ts';

const failing = (error: Error) => classifyPlanningError(() => Promise.reject(error));
const apple = (code: AppStoreConnectCode) => failing(new AppStoreConnectError({ code, message: code }));

describe('What fails before anything is sent', () => {
  it('is tried again where it can pass or be put right: a key, an agreement, a minute, a body that broke off', async () => {
    for (const code of [
      'KEY_REFUSED',
      'UNAUTHORIZED',
      'AGREEMENT_UNSIGNED',
      'RATE_LIMITED',
      'APPLE_UNAVAILABLE',
      'NETWORK',
      'UNEXPECTED_ANSWER',
    ] as const)
      assert.equal((await apple(code)).kind, 'retry', code);
  });

  it('is tried again where the secret cannot be read, as somebody can put it right', async () => {
    const missing = Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
    assert.equal((await failing(new KeySecretUnreadableError('acme/prices', missing))).kind, 'retry');
  });

  it('is rejected by a definite answer of Apple, with the place of what is wrong', async () => {
    const unknown = await apple('NOT_FOUND');
    assert.deepEqual(unknown.kind === 'rejected' && unknown.problems.map(({ path }) => path), ['product.id']);
    for (const code of ['GONE', 'INVALID_REQUEST', 'FORBIDDEN'] as const)
      assert.equal((await apple(code)).kind, 'rejected', code);
  });
});
