import type { StoredKey } from '../../../../functions/app-store-connect/auth/stored-key.ts';
import type { ApiKey } from '../../../../functions/app-store-connect/diagnosis/api-key.ts';
import { type Examination, examineKey } from '../../../../functions/keys/check/examine-key.ts';
import type { AskApple, Probe } from '../../../../functions/keys/check/probe.ts';
import { financeOf } from '../../../../functions/keys/check/probe-reads.ts';
import type { Io } from '../../../terminal/io.ts';
import { clientFor, probeFor } from '../../probe-for.ts';
import { firstLook, renderFirstLook } from './first-look.ts';
import { onceSent } from './once-sent.ts';

/** A key that Apple was asked with. */
export type MetKey = {
  key: ApiKey;
  examination: Examination;
  /** Whether Apple let it read finance reports; `false` too where that was not asked. */
  mayReadFinance: boolean;
  /** Asks Apple with it; what Apple has answered for certain is not asked again. */
  ask: AskApple;
};

/** A key that Apple is being asked with. */
export type Meeting = {
  /** When all requests are on their way: until their answers there is time to load what comes next. */
  sent: Promise<void>;
  met: Promise<MetKey>;
};

/**
 * Asks Apple at once for all that the first call needs to know of a key, and prints the first numbers as soon as they are here.
 * It loads no AWS SDK and no DuckDB.
 *
 * @param options.withFinance whether it is asked if the key may read finance reports
 * @param options.withFirstLook whether the newest day's sales are asked for
 */
export function meetKey(
  io: Io,
  appleUrl: string,
  options: { key: ApiKey; vendor: string; withFinance: boolean; withFirstLook: boolean },
): Meeting {
  const { key, vendor, withFinance, withFirstLook } = options;
  const sent = onceSent(2 + Number(withFinance) + Number(withFirstLook));
  const ask = askedOnce(probeFor(io, appleUrl));
  const stored: StoredKey = { key, versionId: key.keyId, versionCreatedAt: io.now() };
  const look = async (): Promise<void> => {
    const units = await firstLook(clientFor(io, appleUrl, stored), vendor, io.now());
    if (units !== undefined) io.err(`${renderFirstLook(units)}\n\n`);
  };
  const meet = async (): Promise<MetKey> => {
    // The first numbers go first: the others' tokens and handshakes do not delay their request.
    const firstSent = withFirstLook ? onceSent(1) : undefined;
    const looking = withFirstLook ? look() : undefined;
    await Promise.race([firstSent, looking]);
    const [examination, finance] = await Promise.all([
      examineKey({ key, vendor, ask, clock: io }),
      withFinance ? ask(stored, financeOf(vendor, io.now())) : undefined,
      looking,
    ]);
    return { key, examination, mayReadFinance: finance?.outcome === 'accepted', ask };
  };
  return { sent, met: meet() };
}

/** What Apple has accepted within this call it accepts once more, and what the key may not do it still may not. */
function askedOnce(ask: AskApple): AskApple {
  const certain = new Map<string, Probe>();
  return async (stored, read, lastAccepted) => {
    const name = JSON.stringify([stored.key.thumbprint, read]);
    const before = certain.get(name);
    if (before !== undefined) return before;
    const probe = await ask(stored, read, lastAccepted);
    const isForbidden = probe.outcome === 'refused' && probe.error.code === 'FORBIDDEN';
    if (probe.outcome === 'accepted' || isForbidden) certain.set(name, probe);
    return probe;
  };
}
