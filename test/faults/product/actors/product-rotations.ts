import { type CheckKeysDependencies, checkKeys } from '../../../../functions/keys/check-keys.ts';
import { recordDelivery } from '../../../../functions/keys/notices/record-delivery.ts';
import { type RotateRequest, rotateKey } from '../../../../functions/keys/rotate/rotate-key.ts';
import { createStagingLabels } from '../../../../functions/keys/rotate/staging-labels.ts';
import type { KeyJob } from '../../../../functions/keys/store/key-use.ts';
import type { Notification } from '../../../../functions/platform/aws/sns-notifier.ts';
import type { Settings } from '../../../../functions/platform/config/settings.ts';
import type { Chance } from '../../../engine/chance.ts';
import { silent } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import { emptyKeyLedger, memoryKeyLedger } from '../../../keys/memory-key-ledger.ts';
import type { ProductTeam } from '../apple/product-apple.ts';
import type { ProductKeys } from '../apple/product-keys.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import type { ProductCalls } from './product-calls.ts';
import type { SimulatedNow } from './product-clock.ts';

type Around = {
  clock: SimulatedNow;
  settings: Settings;
  keys: ProductKeys;
  calls: ProductCalls;
  watch: ProductWatch;
};

/** The daily check and the rotations that people ask for; who asks does so again until there is an answer. */
export class ProductRotations {
  readonly #at: Around;
  readonly #data = emptyKeyLedger();
  readonly #audits = new Map<string, string>();
  #unanswered: RotateRequest[] = [];
  /** Later looks that had a key to ask about. */
  checkedAgain = 0;

  constructor(around: Around) {
    this.#at = around;
  }

  get rotations() {
    return [...this.#data.rotations.values()];
  }

  get unanswered(): readonly RotateRequest[] {
    return this.#unanswered;
  }

  /** Whoever asked has an answer, and no rotation waits for another check. */
  get areAtRest(): boolean {
    const { keys } = this.#at;
    return (
      this.#unanswered.length === 0 &&
      this.rotations.every(
        ({ state, oldKeyId }) =>
          state === 'rejected' || state === 'closed' || (state === 'promoted' && !keys.isRevoked(oldKeyId)),
      )
    );
  }

  /** Somebody makes a new key, puts it into the secret and is about to ask for the rotation. */
  prepare(team: ProductTeam, job: KeyJob, chance: Chance): RotateRequest {
    const { keys } = this.#at;
    const revoked = chance.happens(0.15);
    if (revoked) keys.revoke(keys.idOf(team.name, job));
    const keyId = keys.putCandidate(team, job, chance);
    const request = {
      team: team.name,
      job,
      keyId,
      revoked,
      confirmedRole: 'APP_MANAGER',
      requestedBy: 'chance',
    };
    this.#unanswered.push(request);
    return request;
  }

  async rotate(actor: Actor, request: RotateRequest): Promise<void> {
    const { status } = await rotateKey(this.#deps(actor), request);
    if (status !== 'waiting') this.#unanswered = this.#unanswered.filter((one) => one !== request);
  }

  async check(actor: Actor): Promise<void> {
    await checkKeys(this.#deps(actor));
  }

  /** A later look of the day. Where it ends well, nothing stands there any more that was open when it began. */
  async checkAgain(actor: Actor): Promise<void> {
    const { statuses } = this.#data;
    const open = [...statuses].filter(([, { health }]) => health === 'unknown');
    const found = await checkKeys(this.#deps(actor), { look: 'unknown' });
    if (found.length > 0) this.checkedAgain += 1;
    const left = open.filter(([place, status]) => statuses.get(place) === status);
    this.#at.watch.keys.sawLaterCheck(left.map(([place]) => place));
  }

  #deps(actor: Actor): CheckKeysDependencies {
    const { clock, settings, keys, calls, watch } = this.#at;
    const ledger = memoryKeyLedger(this.#data, clock, (before, after) =>
      watch.keys.sawRotation(before, after),
    );
    const access = calls.keyAccess(actor);
    return {
      settings,
      clock,
      ...access,
      ledger: actor.guard('keyLedger', ledger),
      labels: createStagingLabels(actor.guard('secrets', keys.stages)),
      audit: actor.call('audit.write', async (key: string, record: Record<string, unknown>) => {
        if (!this.#audits.has(key)) this.#audits.set(key, JSON.stringify(record));
      }),
      // A function of its own notes what was delivered.
      notify: actor.call('events.notify', async (message: Notification) => {
        watch.keys.sawNotice(message);
        await recordDelivery(ledger, [message.id]);
      }),
      readCurrent: (secretName) => access.readVersion(secretName, {}),
      faults: { known: async () => new Set(), change: async () => new Set() },
      sleep: async () => undefined,
      region: 'eu-central-1',
      log: silent,
      metric: () => undefined,
    };
  }
}
