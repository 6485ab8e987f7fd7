import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';

/** How old a key is. Days are whole days since Apple made it, in UTC. */
export type KeyAge = {
  /** `YYYY-MM-DD`. */
  createdAt: string;
  /** `version`: the secret does not say it; the day on which it was first seen stored stands in, so the key may be older. */
  createdAtSource: 'secret' | 'version';
  ageDays: number;
  maxAgeDays: number;
  /** Negative once the key is too old. */
  remainingDays: number;
  /** The day by which it should be rotated, `YYYY-MM-DD`. */
  rotateBy: string;
};

/**
 * @param before the age that an earlier check found of this very key: a secret that was corrected since is a new version, and
 *   its key is no younger
 */
export function ageOf(
  { key, versionCreatedAt }: Pick<StoredKey, 'key' | 'versionCreatedAt'>,
  maxAgeDays: number,
  now: EpochMillis,
  before?: Pick<KeyAge, 'createdAt' | 'createdAtSource'>,
): KeyAge {
  const storedOn = utcDay(versionCreatedAt);
  const wasSeenBefore = before?.createdAtSource === 'version' && before.createdAt < storedOn;
  const createdAt = key.createdAt ?? (wasSeenBefore ? before.createdAt : storedOn);
  const born = Date.parse(createdAt);
  const ageDays = Math.max(0, Math.floor((now - born) / DAY_MILLIS));
  return {
    createdAt,
    createdAtSource: key.createdAt === undefined ? 'version' : 'secret',
    ageDays,
    maxAgeDays,
    remainingDays: maxAgeDays - ageDays,
    rotateBy: utcDay(born + maxAgeDays * DAY_MILLIS),
  };
}

/**
 * The reminder that is due at an age: at 75 %, 90 % and 100 % of the limit, then weekly (`100+1w`, `100+2w`, …);
 * `undefined` while none is. Only the latest counts: who starts late is not sent all earlier ones at once.
 */
export function reminderStep({
  ageDays,
  maxAgeDays,
}: Pick<KeyAge, 'ageDays' | 'maxAgeDays'>): string | undefined {
  if (ageDays >= maxAgeDays) return weekly('100', ageDays - maxAgeDays);
  return [90, 75].find((percent) => ageDays >= Math.ceil((maxAgeDays * percent) / 100))?.toString();
}

/** A step that is due at once and again each week: `base`, `base+1w`, `base+2w`, … */
export function weekly(base: string, days: number): string {
  const weeks = Math.floor(days / 7);
  return weeks === 0 ? base : `${base}+${weeks}w`;
}
