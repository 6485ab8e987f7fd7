import { createPublicKey, randomUUID } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import { type ApiKey, appDetails } from '../../../../local/simulator/auth/accounts.ts';
import { priceRoutes } from '../../../../local/simulator/price-routes.ts';
import { DelayedEffects } from '../../../../local/simulator/prices/delayed-effects.ts';
import { PriceStore, type PriceWrite } from '../../../../local/simulator/prices/price-store.ts';
import { appRoutes } from '../../../../local/simulator/routes/apps.ts';
import { errorResponse, Refusal } from '../../../../local/simulator/rules/apple-error.ts';
import { defaultBehaviour } from '../../../../local/simulator/rules/behaviour.ts';
import { findRoute } from '../../../../local/simulator/server/route.ts';
import { newKeyPair } from '../../../app-store-connect/keys.ts';
import { ReportsSide } from './reports-side.ts';

/** One pair for every key: what is tried here is which key is asked with, not its mathematics. */
export const PAIR = newKeyPair();
const publicKey = createPublicKey(PAIR.publicKey);

export type ProductTeam = {
  name: string;
  vendor: string;
  subscription: string;
  inAppPurchase: string;
  /** The app of its analytics and reviews. */
  app: string;
};
/** Its subscription can hold several seats. */
export const TEAM_WITH_SEATS = 'initech';
/** Follows the base territory in in-app purchases. */
export const FOLLOWER = 'DEU';
export const FIRST_PRICES = { USA: '9.99', FRA: '9.99', JPN: '1500' };
/** The prices that a history asks for; Apple's other 800 a territory would only cost time. */
export const PRICES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  USA: ['4.99', '7.99', '9.99', '12.99'],
  FRA: ['4.99', '7.99', '9.99', '12.99'],
  JPN: ['700', '1000', '1500', '2000'],
};

const OFFERED = new Map(
  Object.entries(PRICES).map(([territory, prices]) => [
    territory,
    new Set(prices.map((price) => Number(price.replace('.', '')))),
  ]),
);

/** The simulator's reports and prices for several teams, asked without HTTP. */
export function createProductApple(
  clock: Clock,
  teams: readonly ProductTeam[],
  onPrices: (
    team: string,
    product: 'subscription' | 'inAppPurchase',
    write: PriceWrite,
    sent: { path: string; body: string; territory?: string | undefined },
  ) => void,
) {
  const reports = new ReportsSide(clock);
  const prices = new PriceStore(
    clock,
    new DelayedEffects(clock),
    ({ territory, minor }) => OFFERED.get(territory)?.has(minor) === true,
  );
  const behaviour = { ...defaultBehaviour };
  const routes = [...reports.routes(prices), ...appRoutes(prices), ...priceRoutes(prices)];
  const revoked = new Set<string>();
  const keys = new Map<string, ApiKey>();
  for (const { name, subscription, inAppPurchase } of teams) {
    prices.addSubscription({
      team: name,
      id: subscription,
      prices: FIRST_PRICES,
      multiSeatStatus: name === TEAM_WITH_SEATS ? 'ENABLED' : 'DISABLED',
    });
    prices.addInAppPurchase({
      team: name,
      id: inAppPurchase,
      baseTerritory: 'USA',
      prices: FIRST_PRICES,
      onlyIn: [...Object.keys(FIRST_PRICES), FOLLOWER],
    });
  }

  const answerOf = async (
    key: ApiKey,
    { method, url, headers, body }: { method: string; url: URL; headers: Headers; body: string },
  ): Promise<Response> => {
    try {
      const { route, pathParameters } = findRoute(routes, readMethod(method), url.pathname);
      const now = clock.now();
      const answer = await route.handle({
        method,
        path: url.pathname,
        pathParameters,
        query: url.searchParams,
        headers: {
          accept: headers.get('accept') ?? '*/*',
          'content-type': headers.get('content-type') ?? undefined,
          host: url.host,
        },
        body: Buffer.from(body),
        key,
        now,
        behaviour,
        requestId: randomUUID(),
        origin: url.origin,
        takeEffect: (effect) => effect(now),
      });
      const empty = answer.status === 204;
      return new Response(empty ? null : Buffer.from(answer.body), {
        status: answer.status,
        headers: answer.headers,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, body: refused, headers: given } = errorResponse(error);
      return new Response(Buffer.from(refused), { status, headers: given });
    }
  };

  return {
    reports,
    store: reports.store,
    prices,
    behaviour,
    revoked,
    addKey: (team: ProductTeam, keyId: string): void => {
      const { name, vendor, app } = team;
      keys.set(keyId, {
        keyId,
        kind: 'team',
        roles: new Set(['FINANCE', 'APP_MANAGER'] as const),
        publicKey,
        team: {
          name,
          issuerId: '',
          vendors: new Set([vendor]),
          apps: new Map([[app, appDetails({ id: app })]]),
          agreementSigned: true,
        },
      });
    },
    knows: (keyId: string): boolean => keys.has(keyId),
    keyOf: (headers: Headers): ApiKey | undefined => {
      const { kid = '' } = decodeProtectedHeader((headers.get('authorization') ?? '').replace('Bearer ', ''));
      return keys.get(kid);
    },
    /** Answers as Apple would, and tells of every write of prices. */
    answer: async (request: {
      method: string;
      url: URL;
      headers: Headers;
      body: string;
      key: ApiKey | undefined;
      /** Told of the writes instead, where it is not the moment at which they were sent. */
      onLatePrices?: typeof onPrices;
    }): Promise<Response> => {
      const { key, onLatePrices = onPrices } = request;
      if (key === undefined || revoked.has(key.keyId)) {
        const code = 'NOT_AUTHORIZED';
        const errors = [
          { status: '401', code, title: 'Authentication credentials are missing or invalid.', detail: code },
        ];
        return Response.json({ errors }, { status: 401 });
      }
      const team = teams.find(({ name }) => name === key.team.name);
      const kinds = ['subscription', 'inAppPurchase'] as const;
      const written = (kind: (typeof kinds)[number]) =>
        team === undefined ? [] : prices.history(kind, team[kind]);
      const before = kinds.map((kind) => written(kind).length);
      const territory = team && offerTerritory(prices, team.subscription, request.url.pathname);
      const answer = await answerOf(key, request);
      for (const [index, kind] of kinds.entries()) {
        for (const write of written(kind).slice(before[index])) {
          const { url, body } = request;
          onLatePrices(key.team.name, kind, write, { path: url.pathname, body, territory });
        }
      }
      return answer;
    },
  };
}

/** The territory of the introductory offer that an address names. */
const offerTerritory = (prices: PriceStore, subscription: string, path: string): string | undefined =>
  prices.offersOf(subscription, 'introductory').find(({ id }) => path.endsWith(`/${id}`))?.prices[0]
    ?.territory;

function readMethod(method: string): 'GET' | 'POST' | 'PATCH' | 'DELETE' {
  if (method === 'POST' || method === 'PATCH' || method === 'DELETE') return method;
  return 'GET';
}
