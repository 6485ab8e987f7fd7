import { createPrivateKey, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { systemClock } from '../../../functions/platform/util/clock.ts';
import { type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { addSampleKey } from '../../../local/simulator/samples/sample-key.ts';
import type { NaiveChange } from './one-post-per-territory.ts';
import type { Access } from './price-client.ts';

/** What Apple takes for an answer. */
const ANSWER_MILLIS = 300;
export const LIMITS = { hourlyLimit: 3500, minuteLimit: 300 };
export const PRODUCT = '6448311069';
export const START = '9.99';
export const TARGET = { territory: 'USA', price: '12.99' };
export const TEAM = 'acme';

export type Kind = 'subscription' | 'inAppPurchase' | 'app';

const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);

/** The change as a client without a ledger makes it. */
export const naiveChange = (atOnce: number): NaiveChange => ({
  subscription: PRODUCT,
  base: TARGET,
  startDate: dayFromNow(2),
  atOnce,
});

/** From now on Apple takes its time. */
export function slowly({ faults }: Simulator): void {
  faults.add({ times: Infinity, effect: { kind: 'latency', millis: ANSWER_MILLIS } });
}

/** What every territory should cost at the end. */
export const targets = ({ prices }: Simulator, kind: Kind): ReadonlyMap<string, string> =>
  prices.equalPrices(kind, PRODUCT, TARGET);

/** How many territories will have their price when all that is scheduled has begun: `171 of 175`. */
export function rightOnes(simulator: Simulator, kind: Kind): string {
  const shown = simulator.prices.effective(kind, PRODUCT, dayFromNow(30));
  const wanted = [...targets(simulator, kind)];
  const right = wanted.filter(([territory, price]) => Number(shown.get(territory)) === Number(price)).length;
  return `${right} of ${wanted.length}`;
}

/** What Apple has seen since its journal was cleared. */
export function traffic(simulator: Simulator) {
  const requests = simulator.requests();
  const writes = requests.filter(({ method }) => method !== 'GET');
  const carriedOut = writes
    .filter(({ status }) => status !== undefined && status < 300)
    .map(({ body }) => JSON.stringify(body));
  return {
    reads: requests.length - writes.length,
    writes: writes.length,
    limited: requests.filter(({ status }) => status === 429).length,
    /** Writes that say the same as one that Apple had carried out before. */
    repeated: carriedOut.length - new Set(carriedOut).size,
  };
}

/** Waits until Apple has carried out so many writes. */
export async function untilWritten(simulator: Simulator, count: number): Promise<void> {
  const written = (): number =>
    simulator.requests().filter(({ method, status }) => method !== 'GET' && status === 201).length;
  while (written() < count) await wait(20);
}

/**
 * Apple alone, with the subscription and a key that may write.
 *
 * @param options.https whether it is also there under Apple's own name, for a client that knows no other address
 */
export async function startApple({
  https = false,
}: {
  https?: boolean;
} = {}): Promise<{ simulator: Simulator; access: Access }> {
  const simulator = await startSimulator({ clock: systemClock, ...LIMITS, ...(https && { https }) });
  const issuerId = randomUUID();
  const keyId = 'BENCHKEY00';
  simulator.addTeam({ name: TEAM, issuerId, vendors: [] });
  const privateKeyPem = addSampleKey(simulator, { team: TEAM, keyId, role: 'APP_MANAGER' });
  simulator.prices.addSubscription({
    team: TEAM,
    id: PRODUCT,
    prices: { [TARGET.territory]: START },
    territories: 'all',
  });
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ iss: issuerId, iat: now, exp: now + 1100, aud: 'appstoreconnect-v1' })
    .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'JWT' })
    .sign(createPrivateKey(privateKeyPem));
  return {
    simulator,
    access: {
      origin: simulator.origin,
      keyId,
      issuerId,
      privateKeyPem,
      token,
      ...(simulator.https !== undefined && { https: simulator.https }),
    },
  };
}
