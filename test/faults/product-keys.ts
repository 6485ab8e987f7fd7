import type { ApiKey } from '../../functions/app-store-connect/api-key.ts';
import type { StoredKey } from '../../functions/app-store-connect/key-store.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { teamKey } from '../app-store-connect/keys.ts';
import type { Chance } from '../histories/random.ts';
import { type createProductApple, PAIR, type ProductTeam } from './product-apple.ts';

export const JOBS = ['reports', 'prices'] as const;
const signing = await teamKey(PAIR.privateKey);

/** The keys of all teams: one a job, in a secret of its own, known to Apple. */
export class ProductKeys {
  readonly #apple: ReturnType<typeof createProductApple>;
  readonly #clock: Clock;
  readonly #secrets = new Map<string, StoredKey>();
  readonly #ids = new Map<string, string>();
  readonly #secretNames = new Map<string, string>();

  constructor(apple: ReturnType<typeof createProductApple>, clock: Clock) {
    this.#apple = apple;
    this.#clock = clock;
  }

  /** Puts a new key into a secret, as a rotation does. */
  renew(team: ProductTeam, job: string, chance: Chance): void {
    const count = String(this.#secretNames.size).padStart(3, '0');
    const keyId = `KEY${count}${String(chance.below(9_999)).padStart(4, '0')}`;
    const secretName = `${team.name}/${job}`;
    const key: ApiKey = { ...signing, keyId };
    this.#apple.addKey(team, keyId);
    this.#ids.set(secretName, keyId);
    this.#secretNames.set(keyId, secretName);
    this.#secrets.set(secretName, { key, versionId: keyId, versionCreatedAt: this.#clock.now() });
  }

  /** What Secrets Manager answers. */
  async read(secretName: string): Promise<StoredKey> {
    const stored = this.#secrets.get(secretName);
    if (stored === undefined) throw new Error(`There is no secret ${secretName}`);
    return stored;
  }

  idOf(team: string | undefined, job: string): string {
    return this.#ids.get(`${team}/${job}`) ?? '';
  }

  /** The secret that a key is or was in. */
  secretOf(keyId: string): string {
    return this.#secretNames.get(keyId) ?? '';
  }

  /** Somebody revokes the key on Apple's page. */
  revoke(team: string | undefined, job: string): void {
    this.#apple.revoked.add(this.idOf(team, job));
  }

  isDead(team: string, job: string): boolean {
    return this.#apple.revoked.has(this.idOf(team, job));
  }
}
