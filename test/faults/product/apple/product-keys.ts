import { KeySecretUnreadableError } from '../../../../functions/app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey, WhichVersion } from '../../../../functions/app-store-connect/auth/stored-key.ts';
import type { ApiKey } from '../../../../functions/app-store-connect/diagnosis/api-key.ts';
import { KEY_JOBS, type KeyJob } from '../../../../functions/keys/store/key-use.ts';
import { CANDIDATE } from '../../../../functions/keys/store/rotation.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import { teamKey } from '../../../app-store-connect/keys.ts';
import type { Chance } from '../../../engine/chance.ts';
import { type Labels, memoryStages, putLabel } from '../../../keys/memory-stages.ts';
import { type createProductApple, PAIR, type ProductTeam } from './product-apple.ts';
import { signQuickly } from './quick-signatures.ts';

const signing = await teamKey(PAIR.privateKey);
signQuickly();

type Secret = { versions: Map<string, StoredKey>; labels: Labels };

/** A secret got another current version. */
export type CurrentKeyWatch = (secretName: string, versionId: string, by: 'hand' | 'rotation') => void;

/** The keys of all teams: one a job, in a secret of its own, known to Apple. A version's id is its key's. */
export class ProductKeys {
  readonly #apple: ReturnType<typeof createProductApple>;
  readonly #clock: Clock;
  readonly #sawCurrent: CurrentKeyWatch;
  readonly #secrets = new Map<string, Secret>();
  readonly #secretNames = new Map<string, string>();

  constructor(apple: ReturnType<typeof createProductApple>, clock: Clock, sawCurrent: CurrentKeyWatch) {
    this.#apple = apple;
    this.#clock = clock;
    this.#sawCurrent = sawCurrent;
  }

  /** Somebody puts a new key into a secret by hand. */
  renew(team: ProductTeam, job: KeyJob, chance: Chance): void {
    const { secretName, versionId } = this.#putVersion(team, job, chance);
    this.#apple.addKey(team, versionId);
    putLabel(this.#labelsOf(secretName), 'AWSCURRENT', versionId);
    this.#sawCurrent(secretName, versionId, 'hand');
  }

  /** Somebody puts a new key under the label CANDIDATE; now and then one that Apple does not know. @returns its id */
  putCandidate(team: ProductTeam, job: KeyJob, chance: Chance): string {
    const { secretName, versionId } = this.#putVersion(team, job, chance);
    if (!chance.happens(0.15)) this.#apple.addKey(team, versionId);
    putLabel(this.#labelsOf(secretName), CANDIDATE, versionId);
    return versionId;
  }

  #putVersion(team: ProductTeam, job: KeyJob, chance: Chance): { secretName: string; versionId: string } {
    const count = String(this.#secretNames.size).padStart(3, '0');
    const keyId = `KEY${count}${String(chance.below(9_999)).padStart(4, '0')}`;
    const secretName = `${team.name}/${job}`;
    const key: ApiKey = { ...signing, keyId };
    this.#secretNames.set(keyId, secretName);
    const secret = this.#secrets.get(secretName) ?? { versions: new Map(), labels: new Map() };
    secret.versions.set(keyId, { key, versionId: keyId, versionCreatedAt: this.#clock.now() });
    this.#secrets.set(secretName, secret);
    return { secretName, versionId: keyId };
  }

  #labelsOf(secretName: string): Labels {
    return this.#secrets.get(secretName)?.labels ?? new Map();
  }

  /** What Secrets Manager answers. */
  async read(secretName: string, which: WhichVersion = {}): Promise<StoredKey> {
    const { VersionId, VersionStage = 'AWSCURRENT' } = which;
    const secret = this.#secrets.get(secretName);
    const stored = secret?.versions.get(VersionId ?? secret.labels.get(VersionStage) ?? '');
    if (stored !== undefined) return stored;
    const missing = Object.assign(new Error('no such version'), { name: 'ResourceNotFoundException' });
    throw new KeySecretUnreadableError(secretName, missing);
  }

  readonly stages = memoryStages(
    (secretName) => this.#labelsOf(secretName),
    (secretName, label, versionId) => {
      if (label === 'AWSCURRENT') this.#sawCurrent(secretName, versionId, 'rotation');
    },
  );

  /** The key that holds a label in a team's secret for a job. */
  idOf(team: string | undefined, job: KeyJob, label = 'AWSCURRENT'): string {
    return this.#labelsOf(`${team}/${job}`).get(label) ?? '';
  }

  /** The secret that a key is or was in. */
  secretOf(keyId: string): string {
    return this.#secretNames.get(keyId) ?? '';
  }

  /** Whether the key before the current one would still serve. */
  hasFallback(keyId: string): boolean {
    const previous = this.#labelsOf(this.secretOf(keyId)).get('AWSPREVIOUS');
    return previous !== undefined && this.#apple.knows(previous) && !this.#apple.revoked.has(previous);
  }

  /** Somebody revokes a key on Apple's page. */
  revoke(keyId: string): void {
    this.#apple.revoked.add(keyId);
  }

  isRevoked(keyId = ''): boolean {
    return this.#apple.revoked.has(keyId);
  }

  isDead(team: string, job: KeyJob): boolean {
    return this.#apple.revoked.has(this.idOf(team, job));
  }

  /** Whether some job of a team has a key that Apple refuses. */
  hasDeadKey = (team: string): boolean => KEY_JOBS.some((job) => this.isDead(team, job));
}
