import { createPublicKey, KeyObject } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';

/** Roles of keys and users that matter to any resource (page "UserRole"). */
export type Role =
  | 'ADMIN'
  | 'FINANCE'
  | 'SALES'
  | 'ACCESS_TO_REPORTS'
  | 'APP_MANAGER'
  | 'DEVELOPER'
  | 'MARKETING'
  | 'CUSTOMER_SUPPORT';

export type KeyKind = 'team' | 'individual';

/** A public P-256 key in any common form; a string is PEM (SPKI). */
export type PublicKeyInput = KeyObject | CryptoKey | JWK | string;

export type AppInput = { id: string; name?: string; bundleId?: string; sku?: string; primaryLocale?: string };

/** An app as `GET /v1/apps` lists it. */
export type AppDetails = Required<AppInput>;

export type TeamInput = {
  name: string;
  issuerId: string;
  /** Vendor numbers. Each belongs to one team. */
  vendors: readonly string[];
  /** Its apps, or only their Apple IDs. Default none. Apps with prices are added where the prices are. */
  apps?: readonly (string | AppInput)[];
  /** Whether the Account Holder has signed every agreement. Default `true`. */
  agreementSigned?: boolean;
};

export type KeyInput = {
  team: string;
  keyId: string;
  kind: KeyKind;
  roles: readonly Role[];
  publicKey: PublicKeyInput;
};

export type Team = {
  name: string;
  issuerId: string;
  vendors: Set<string>;
  apps: Map<string, AppDetails>;
  agreementSigned: boolean;
};

export type ApiKey = {
  readonly keyId: string;
  readonly team: Team;
  readonly kind: KeyKind;
  readonly roles: ReadonlySet<Role>;
  readonly publicKey: KeyObject;
  /** From when on Apple refuses it. */
  revokedFrom?: EpochMillis;
};

/** What is not told of an app follows from its Apple ID. */
export const appDetails = ({ id, ...known }: AppInput): AppDetails => ({
  id,
  name: `App ${id}`,
  bundleId: `app.${id}`,
  sku: `sku.${id}`,
  primaryLocale: 'en-US',
  ...known,
});

/** The teams, vendors and keys that exist at this Apple. */
export class Accounts {
  readonly #teams = new Map<string, Team>();
  readonly #keys = new Map<string, ApiKey>();

  addTeam(input: TeamInput): void {
    if (this.#teams.has(input.name)) throw new Error(`There is a team named ${input.name} already.`);
    for (const vendor of input.vendors) {
      const owner = this.teamOfVendor(vendor);
      if (owner !== undefined) throw new Error(`Vendor ${vendor} belongs to team ${owner.name} already.`);
    }
    const { name, issuerId, apps = [], agreementSigned = true } = input;
    this.#teams.set(name, {
      name,
      issuerId,
      vendors: new Set(input.vendors),
      apps: new Map(
        apps.map((app) => {
          const details = appDetails(typeof app === 'string' ? { id: app } : app);
          return [details.id, details];
        }),
      ),
      agreementSigned,
    });
  }

  setAgreement(teamName: string, signed: boolean): void {
    this.#team(teamName).agreementSigned = signed;
  }

  addKey(input: KeyInput): void {
    if (this.#keys.has(input.keyId)) throw new Error(`There is a key ${input.keyId} already.`);
    const { keyId, kind } = input;
    const team = this.#team(input.team);
    this.#keys.set(keyId, {
      keyId,
      team,
      kind,
      roles: new Set(input.roles),
      publicKey: toPublicKey(input.publicKey),
    });
  }

  revokeKey(keyId: string, from: EpochMillis): void {
    const key = this.#keys.get(keyId);
    if (key === undefined) throw new Error(`There is no key ${keyId}.`);
    key.revokedFrom = from;
  }

  key(keyId: string): ApiKey | undefined {
    return this.#keys.get(keyId);
  }

  teamOfVendor(vendor: string): Team | undefined {
    return [...this.#teams.values()].find((team) => team.vendors.has(vendor));
  }

  #team(name: string): Team {
    const team = this.#teams.get(name);
    if (team === undefined) throw new Error(`There is no team named ${name}.`);
    return team;
  }
}

function toPublicKey(input: PublicKeyInput): KeyObject {
  const key = readKey(input);
  if (key.type !== 'public')
    throw new Error('The simulator takes public keys only: Apple never sees the private one.');
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('Apple issues P-256 keys only.');
  return key;
}

function readKey(input: PublicKeyInput): KeyObject {
  if (input instanceof KeyObject) return input;
  if (typeof input === 'string') {
    if (!input.includes('BEGIN PUBLIC KEY'))
      throw new Error('A key given as text must be a public key in PEM (SPKI).');
    return createPublicKey(input);
  }
  if (isJwk(input)) {
    if ('d' in input)
      throw new Error('This JWK holds the private part: the simulator takes public keys only.');
    return createPublicKey({ key: { ...input }, format: 'jwk' });
  }
  return KeyObject.from(input);
}

const isJwk = (input: CryptoKey | JWK): input is JWK => 'kty' in input;
