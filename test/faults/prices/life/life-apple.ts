import { createPublicKey, randomUUID } from 'node:crypto';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { ApiKey } from '../../../../local/simulator/auth/accounts.ts';
import { priceRoutes } from '../../../../local/simulator/price-routes.ts';
import { DelayedEffects } from '../../../../local/simulator/prices/delayed-effects.ts';
import { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { territories as allTerritories, isOpen } from '../../../../local/simulator/prices/territories.ts';
import { errorResponse, Refusal } from '../../../../local/simulator/rules/apple-error.ts';
import { defaultBehaviour } from '../../../../local/simulator/rules/behaviour.ts';
import { findRoute } from '../../../../local/simulator/server/route.ts';
import { newKeyPair } from '../../../app-store-connect/keys.ts';

export const DAY = 24 * 3_600_000;
export const TEAM = 'acme';
export const PAIR = newKeyPair();
/** FRA, JPN and HUN follow USA in the in-app purchase until somebody gives them a price of their own. */
export const PRICES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  USA: ['4.99', '7.99', '9.99', '12.99'],
  FRA: ['4.99', '7.99', '9.99', '12.99'],
  JPN: ['700', '1000', '1500', '2000'],
  HUN: ['2000', '3000', '4000', '5000'],
};
export const SUBSCRIPTION = '1';
export const PURCHASE = '2';
/** The base territory of the in-app purchase. */
export const BASE = 'USA';
export const PRODUCTS = [
  { kind: 'subscription', id: SUBSCRIPTION },
  { kind: 'inAppPurchase', id: PURCHASE },
] as const;
export type LifeProduct = (typeof PRODUCTS)[number];

/** What becomes of a write. `late`: acknowledged now, carried out so much later. `slow`: without an answer, within the minute. */
export type WriteFate =
  | { kind: 'well' | 'lost before' | 'lost after' | 'ill before' | 'ill after' }
  | { kind: 'late' | 'slow'; millis: number };

const key: ApiKey = {
  keyId: 'LIFEKEY001',
  kind: 'team',
  roles: new Set(['APP_MANAGER'] as const),
  publicKey: createPublicKey(PAIR.publicKey),
  team: { name: TEAM, issuerId: '', vendors: new Set(), apps: new Map(), agreementSigned: true },
};

/**
 * The simulator's prices of two products, asked without HTTP.
 *
 * @param multiSeatStatus whether a purchase of the subscription can hold several seats
 */
export function createLifeApple(
  clock: Clock,
  fateOf: () => WriteFate,
  multiSeatStatus: 'ENABLED' | 'DISABLED' = 'DISABLED',
) {
  const delayed = new DelayedEffects(clock);
  const prices = new PriceStore(clock, delayed, ({ territory, minor }) =>
    territory === 'HUN'
      ? true
      : PRICES[territory]?.some((price) => Number(price.replace('.', '')) === minor) === true,
  );
  const behaviour = { ...defaultBehaviour };
  const routes = priceRoutes(prices);
  const territories = Object.keys(PRICES);
  // Apple has these four territories and no others: equal prices of 175 would only take time.
  const reopen = allTerritories
    .filter(({ id }) => !territories.includes(id) && isOpen(id))
    .map(({ id }) => prices.closeTerritory(id));
  prices.addSubscription({
    ...{ team: TEAM, id: '1', prices: { USA: '9.99' }, territories },
    multiSeatStatus,
  });
  prices.addInAppPurchase({
    team: TEAM,
    id: '2',
    baseTerritory: 'USA',
    prices: { USA: '9.99' },
    onlyIn: territories,
  });

  const answer = async (url: URL, init: RequestInit | undefined, fate: WriteFate): Promise<Response> => {
    delayed.settle();
    const method = methodOf(init?.method);
    const now = clock.now();
    try {
      const { route, pathParameters } = findRoute(routes, method, url.pathname);
      const given = await route.handle({
        method,
        path: url.pathname,
        pathParameters,
        query: url.searchParams,
        headers: { accept: '*/*', 'content-type': 'application/json', host: url.host },
        body: Buffer.from(typeof init?.body === 'string' ? init.body : ''),
        key,
        now,
        behaviour,
        requestId: randomUUID(),
        origin: url.origin,
        takeEffect: (effect) => ('millis' in fate ? delayed.add(now + fate.millis, effect) : effect(now)),
      });
      const { status, headers, body } = given;
      return new Response(status === 204 ? null : Buffer.from(body), { status, headers });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, body, headers } = errorResponse(error);
      return new Response(Buffer.from(body), { status, headers });
    }
  };

  return {
    prices,
    behaviour,
    /** Nothing that was acknowledged is still to come. */
    settle: () => delayed.settle(),
    /** Puts the process's territories back. */
    close: () => {
      for (const open of reopen.toReversed()) open();
    },
    fetch: async (target: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const url = new URL(String(target));
      if ((init?.method ?? 'GET') === 'GET') return answer(url, init, { kind: 'well' });
      const fate = fateOf();
      if (fate.kind === 'lost before') throw new TypeError('fetch failed');
      if (fate.kind === 'ill before') return ill();
      const given = await answer(url, init, fate);
      if (fate.kind === 'lost after' || fate.kind === 'slow') throw new TypeError('fetch failed');
      return fate.kind === 'ill after' ? ill() : given;
    },
  };
}

const ill = (): Response =>
  Response.json(
    { errors: [{ status: '503', code: 'SERVICE_UNAVAILABLE', title: 'ill', detail: 'ill' }] },
    { status: 503 },
  );

function methodOf(method: string | undefined): 'GET' | 'POST' | 'PATCH' | 'DELETE' {
  return method === 'POST' || method === 'PATCH' || method === 'DELETE' ? method : 'GET';
}
