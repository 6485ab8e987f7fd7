import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { Checkup } from '../check/key-checkup.ts';
import { findingsOf } from '../check/key-findings.ts';
import { type AskApple, stillAccepted } from '../check/probe.ts';
import type { KeyStatus } from '../store/key-status.ts';
import { afterCheck, isRevoked } from './old-key-view.ts';

/** Adds whether Apple still accepts the key before this one; not asked again once it counts as revoked. */
export async function withPrevious(
  deps: {
    ask: AskApple;
    clock: Clock;
    sleep: Sleep;
    /** The version that held AWSCURRENT before the present one; `undefined` where there is none. */
    readPrevious: (secretName: string) => Promise<StoredKey | undefined>;
  },
  { keyUse, status, stored }: Checkup,
): Promise<KeyStatus> {
  const { previous: known, ...rest } = status;
  if (status.health !== 'well' || stored === undefined) return status;
  const previous = await deps.readPrevious(keyUse.secretName);
  if (previous === undefined || previous.key.keyId === stored.key.keyId)
    return { ...rest, findings: findingsOf(rest) };
  const { keyId } = previous.key;
  const same = known?.keyId === keyId ? known : undefined;
  const view =
    same !== undefined && isRevoked(same)
      ? same
      : afterCheck(same, await stillAccepted(deps, keyUse, previous), deps.clock.now());
  const entry = {
    keyId,
    since: same?.since ?? stored.versionCreatedAt,
    ...(view.accepted !== undefined && { accepted: view.accepted }),
    ...(view.refusedSince !== undefined && { refusedSince: view.refusedSince }),
  };
  const updated = { ...rest, previous: entry };
  return { ...updated, findings: findingsOf(updated) };
}
