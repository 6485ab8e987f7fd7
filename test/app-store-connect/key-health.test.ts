import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppStoreConnectClient } from '../../functions/app-store-connect/client/client.ts';
import {
  agreementFault,
  type Fault,
  type KeyFaults,
  keyFault,
  watchingHealth,
} from '../../functions/app-store-connect/key-health.ts';
import {
  type AppStoreConnectCode,
  AppStoreConnectError,
} from '../../functions/app-store-connect/protocol/errors.ts';

const OWNER = { team: 'acme', job: 'reports' } as const;
const KEY = keyFault(OWNER);
const SALES = '/v1/salesReports';

const refusal = (code: AppStoreConnectCode, status: number, appleCode = 'NOT_AUTHORIZED') =>
  new AppStoreConnectError({
    code,
    status,
    message: `answered ${status}`,
    facts: {
      response: { status, appleCode, detail: '', isApples: true },
      key: {
        keyId: 'ABCDE12345',
        kind: 'team',
        thumbprint: 't',
        lastAccepted: { keyId: 'ABCDE12345', thumbprint: 't', kind: 'team', acceptedAt: 0 },
      },
      path: SALES,
      method: 'GET',
    },
  });

/** A client whose reads end as told, and what was noted and measured. */
function start(known: readonly Fault[] = []) {
  const faults = new Set<Fault>(known);
  const measured: string[] = [];
  let changes = 0;
  let outcome: unknown;
  const client: AppStoreConnectClient = {
    baseUrl: 'https://apple.invalid',
    read: async (_request, consume) => {
      if (outcome !== undefined) throw outcome;
      return consume(new Response('body'));
    },
    write: async () => assert.fail('no write'),
    turnToWrite: async () => assert.fail('no write'),
  };
  const store: KeyFaults = {
    known: async () => new Set(faults),
    change: async ({ add = [], remove = [] }) => {
      changes += 1;
      for (const fault of remove) faults.delete(fault);
      for (const fault of add) faults.add(fault);
      return new Set(faults);
    },
  };
  const watched = watchingHealth(
    {
      faults: store,
      metric: (name, value, dimensions) =>
        void measured.push(`${name} ${value} ${Object.values(dimensions ?? {}).join('/')}`.trim()),
      log: { warn: () => undefined },
    },
    OWNER,
    client,
  );
  return {
    faults,
    measured,
    changes: () => changes,
    read: async (path: string, error?: unknown): Promise<void> => {
      outcome = error;
      const call = watched.read({ path }, (response) => response.text());
      await (error === undefined ? call : assert.rejects(call, (thrown) => thrown === error));
    },
    store,
  };
}

describe('The health of a key, as its calls show it', () => {
  it('a refused key is noted once, and measured as the worst of all keys', async () => {
    const { faults, measured, read } = start(['key umbra/prices']);
    await read(SALES, refusal('UNAUTHORIZED', 401));
    assert.deepEqual([...faults], ['key umbra/prices', KEY]);
    assert.deepEqual(measured, ['UnhealthyKeys 2', 'UnsignedAgreements 0']);
  });

  it('a key that Apple accepts again measures KeyHealthy 1 at once, and the other keys stay as they are', async () => {
    const { faults, measured, read } = start([KEY, 'key umbra/prices']);
    await read(SALES);
    assert.deepEqual([...faults], ['key umbra/prices']);
    assert.deepEqual(measured, ['KeyHealthy 1 acme/reports', 'UnhealthyKeys 1', 'UnsignedAgreements 0']);
  });

  it('a good call of a healthy key costs no write', async () => {
    const { changes, measured, read } = start();
    await read(SALES);
    assert.deepEqual([changes(), measured], [0, []]);
  });

  it('a 403 counts for its endpoint only: another endpoint that works does not end it', async () => {
    const { faults, measured, read } = start();
    await read('/v1/apps/6448311069/appPriceSchedule', refusal('FORBIDDEN', 403, 'FORBIDDEN_ERROR'));
    assert.deepEqual([...faults], [keyFault(OWNER, '/v1/apps/…/appPriceSchedule')]);
    await read(SALES);
    assert.equal(faults.size, 1);
    assert.ok(!measured.some((line) => line.startsWith('KeyHealthy')));
    await read('/v1/apps/1234567890/appPriceSchedule');
    assert.equal(faults.size, 0);
    assert.ok(measured.includes('KeyHealthy 1 acme/reports'));
  });

  it('an unsigned agreement is a fault of the team, not of the key', async () => {
    const { faults, measured, read } = start();
    await read(SALES, refusal('AGREEMENT_UNSIGNED', 403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED'));
    assert.deepEqual([...faults], [agreementFault('acme')]);
    assert.deepEqual(measured, ['UnhealthyKeys 0', 'UnsignedAgreements 1']);
    await read(SALES);
    assert.ok(measured.includes('AgreementUnsigned 0 acme'));
    assert.equal(faults.size, 0);
  });

  it('what Apple says of the request shows that it let the key in', async () => {
    for (const code of ['NOT_FOUND', 'GONE', 'CONFLICT', 'INVALID_REQUEST'] as const) {
      const { faults, read } = start([KEY]);
      await read(SALES, new AppStoreConnectError({ code, status: 404, message: 'answered' }));
      assert.deepEqual([...faults], [], code);
    }
  });

  it('trouble of Apple or of the network changes nothing', async () => {
    for (const facts of [
      { network: 'ENOTFOUND' },
      { response: { status: 503, appleCode: 'SERVICE_UNAVAILABLE', detail: '', isApples: true } },
    ]) {
      const { changes, read } = start([KEY]);
      await read(SALES, new AppStoreConnectError({ code: 'NETWORK', message: 'ill', facts }));
      assert.equal(changes(), 0);
    }
  });

  it('a record that cannot be written does not stop the work', async () => {
    const { read, store } = start([KEY]);
    store.known = async () => {
      throw new Error('DynamoDB is ill');
    };
    await read(SALES);
  });
});
