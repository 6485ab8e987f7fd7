import type { StoredKey } from '../../../functions/app-store-connect/auth/stored-key.ts';
import type { ApiKey } from '../../../functions/app-store-connect/diagnosis/api-key.ts';
import { type Examination, examineKey } from '../../../functions/keys/check/examine-key.ts';
import type { AskApple } from '../../../functions/keys/check/probe.ts';
import { financeOf } from '../../../functions/keys/check/probe-reads.ts';
import type { Io } from '../../terminal/io.ts';
import { clientFor, probeFor } from '../probe-for.ts';
import { firstLook, renderFirstLook } from './first-look.ts';

/** A key that Apple was asked with. */
export type MetKey = {
  key: ApiKey;
  examination: Examination;
  /** Whether Apple let it read finance reports; `false` too where that was not asked. */
  mayReadFinance: boolean;
  /** Asks Apple with it; what was accepted once is not asked again. */
  ask: AskApple;
};

/**
 * Asks Apple at once for all that the first call needs to know of a key, and prints the first numbers as soon as they are here.
 * It loads no AWS SDK and no DuckDB: they are loaded while Apple answers.
 *
 * @param options.withFinance whether it is asked if the key may read finance reports
 * @param options.withFirstLook whether the newest day's sales are asked for
 */
export async function meetKey(
  io: Io,
  appleUrl: string,
  options: { key: ApiKey; vendor: string; withFinance: boolean; withFirstLook: boolean },
): Promise<MetKey> {
  const { key, vendor, withFinance, withFirstLook } = options;
  const ask = askedOnce(probeFor(io, appleUrl));
  const stored: StoredKey = { key, versionId: key.keyId, versionCreatedAt: io.now() };
  const look = async (): Promise<void> => {
    const units = withFirstLook
      ? await firstLook(clientFor(io, appleUrl, stored), vendor, io.now())
      : undefined;
    if (units !== undefined) io.err(`${renderFirstLook(units)}\n\n`);
  };
  const [examination, finance] = await Promise.all([
    examineKey({ key, vendor, ask, clock: io }),
    withFinance ? ask(stored, financeOf(vendor, io.now())) : undefined,
    look(),
  ]);
  return { key, examination, mayReadFinance: finance?.outcome === 'accepted', ask };
}

/** What Apple has accepted within this call it accepts once more. */
function askedOnce(ask: AskApple): AskApple {
  const accepted = new Map<string, Awaited<ReturnType<AskApple>>>();
  return async (stored, read, lastAccepted) => {
    const name = JSON.stringify([stored.key.thumbprint, read]);
    const before = accepted.get(name);
    if (before !== undefined) return before;
    const probe = await ask(stored, read, lastAccepted);
    if (probe.outcome === 'accepted') accepted.set(name, probe);
    return probe;
  };
}
