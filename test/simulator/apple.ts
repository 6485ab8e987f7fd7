import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { createSimulatedClock, type SimulatedClock } from '../../local/clock/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../local/simulator/index.ts';

export const issuerId = '57246542-96fe-1a63-e053-0824d011072a';
export const otherIssuerId = '11111111-2222-3333-4444-555555555555';
export const vendor = '85012345';
export const otherVendor = '86099999';

/** The morning after the report day 2026-11-23, 09:00 Pacific. */
export const morning = Date.parse('2026-11-24T17:00:00Z');

export const keys = {
  finance: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  developer: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  appManager: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  umbra: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  individual: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  stranger: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

export type Apple = { simulator: Simulator; clock: SimulatedClock };

/** A simulator with two teams and their keys, at a clock that stands still unless it is moved. */
export async function startApple(
  context: TestContext,
  options: Partial<SimulatorOptions> & { now?: number } = {},
): Promise<Apple> {
  const clock = createSimulatedClock(options.now ?? morning, () => 0);
  const simulator = await startSimulator({ clock, ...options });
  context.after(() => simulator.close());
  simulator.addTeam({ name: 'acme', issuerId, vendors: [vendor] });
  simulator.addTeam({
    name: 'umbra',
    issuerId: otherIssuerId,
    vendors: [otherVendor],
  });
  const publicKeys = { team: 'acme', kind: 'team' } as const;
  simulator.addKey({
    ...publicKeys,
    keyId: 'FINANCE123',
    roles: ['FINANCE'],
    publicKey: keys.finance.publicKey,
  });
  simulator.addKey({
    ...publicKeys,
    keyId: 'DEVELOPER1',
    roles: ['DEVELOPER'],
    publicKey: keys.developer.publicKey,
  });
  simulator.addKey({
    ...publicKeys,
    keyId: 'APPMANAGER',
    roles: ['APP_MANAGER'],
    publicKey: keys.appManager.publicKey,
  });
  simulator.addKey({
    team: 'umbra',
    kind: 'team',
    keyId: 'UMBRAADMIN',
    roles: ['ADMIN'],
    publicKey: keys.umbra.publicKey,
  });
  simulator.addKey({
    team: 'acme',
    kind: 'individual',
    keyId: 'INDIVIDUAL',
    roles: ['ADMIN'],
    publicKey: keys.individual.publicKey,
  });
  return { simulator, clock };
}

export type TokenParts = {
  claims?: Record<string, unknown>;
  header?: { alg?: string; kid?: string; typ?: string | undefined };
  privateKey?: KeyObject | Uint8Array;
};

/** A token that Apple accepts, except for what is given. A claim or header set to `undefined` is left out. */
export async function token({ clock }: Apple, parts: TokenParts = {}): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000);
  const claims = {
    iss: issuerId,
    iat: seconds,
    exp: seconds + 300,
    aud: 'appstoreconnect-v1',
    ...parts.claims,
  };
  const { typ, ...header } = { alg: 'ES256', kid: 'FINANCE123', typ: 'JWT', ...parts.header };
  return new SignJWT(claims)
    .setProtectedHeader({ ...header, ...(typ !== undefined && { typ }) })
    .sign(parts.privateKey ?? keys.finance.privateKey);
}

export const salesQuery = {
  'filter[vendorNumber]': vendor,
  'filter[reportType]': 'SALES',
  'filter[reportSubType]': 'SUMMARY',
  'filter[frequency]': 'DAILY',
  'filter[reportDate]': '2026-11-23',
};

export type Query = Record<string, string | undefined>;

/** `/v1/salesReports` with the query of the daily report of 2026-11-23, changed as given. */
export function salesPath(changes: Query = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries<string | undefined>({ ...salesQuery, ...changes })) {
    if (value !== undefined) query.set(name, value);
  }
  return `/v1/salesReports?${query}`;
}

export type Heard = { status: number; headers: Headers; bytes: Buffer; code?: string; detail?: string };

/** Asks with a good token (or the one given) and reads the whole answer. */
export async function ask(
  apple: Apple,
  path: string,
  init: {
    token?: string | null;
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    signal?: AbortSignal;
  } = {},
): Promise<Heard> {
  const bearer = init.token === undefined ? await token(apple) : init.token;
  const response = await fetch(apple.simulator.origin + path, {
    method: init.method ?? 'GET',
    headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...init.headers },
    ...(init.body !== undefined && { body: init.body }),
    ...(init.signal && { signal: init.signal }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, ...firstError(bytes) };
}

function firstError(bytes: Buffer): { code: string; detail: string } | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  const [error]: { code: string; detail: string }[] = JSON.parse(bytes.toString('utf8')).errors ?? [];
  return error && { code: error.code, detail: error.detail };
}

/** The journal's last line. */
export function lastSeen({ simulator }: Apple) {
  const seen = simulator.requests().at(-1);
  if (seen === undefined) throw new Error('Nothing was asked yet.');
  return seen;
}

export const dailySales = {
  vendor,
  reportType: 'SALES',
  reportSubType: 'SUMMARY',
  frequency: 'DAILY',
  reportDate: '2026-11-23',
  version: '1_0',
} as const;
