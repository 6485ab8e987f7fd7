import { acceptedNow } from '../../app-store-connect/auth/key-history.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { ApiKey } from '../../app-store-connect/diagnosis/api-key.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { investigate } from './investigate.ts';
import type { AskApple, Probe } from './probe.ts';
import { APPS, NO_VENDOR, salesOf } from './probe-reads.ts';

/** What a key was found to do, without settings and without AWS. */
export type Examination = {
  key: { keyId: string; kind: ApiKey['kind']; issuerId?: string; thumbprint: string };
  severity: 'note' | 'warning' | 'problem';
  /** Each request and Apple's response to it. */
  probes: readonly Omit<Probe, 'error'>[];
  /** Apple's clock minus ours. */
  skewSeconds?: number;
  mayReadApps?: boolean;
  /** Sales and Trends. */
  mayReadSales?: boolean;
  /** Whether Apple takes the vendor number for the key's team; absent where none was given, or where Apple did not say. */
  vendorIsRight?: boolean;
  diagnoses: readonly Diagnosis[];
};

/** Asks Apple what a key may do: one request per job, both at once, and some more where it is refused, to find out why. */
export async function examineKey({
  key,
  vendor,
  ask,
  clock,
}: {
  key: ApiKey;
  vendor: string | undefined;
  ask: AskApple;
  clock: Clock;
}): Promise<Examination> {
  const stored = { key, versionId: key.keyId, versionCreatedAt: clock.now() };
  const [apps, salesProbe] = await Promise.all([
    ask(stored, APPS),
    ask(stored, salesOf(vendor ?? NO_VENDOR, clock.now())),
  ]);
  const isLetIn =
    apps.outcome === 'accepted' || (apps.outcome === 'refused' && apps.error.code === 'FORBIDDEN');
  // A key that Apple does not let in says nothing about its rights; a 401 beside an acceptance is a stray one.
  const isStray = isLetIn && salesProbe.outcome === 'refused' && salesProbe.error.code === 'UNAUTHORIZED';
  const seen = isStray
    ? await ask(stored, salesOf(vendor ?? NO_VENDOR, clock.now()), acceptedNow(key, clock.now()))
    : salesProbe;
  const sales = isLetIn ? seen : undefined;
  const probes = [apps, ...(sales === undefined ? [] : [sales])];
  const skewSeconds = probes.find((probe) => probe.skewSeconds !== undefined)?.skewSeconds;
  const mayReadSales = sales === undefined ? undefined : mayDo(sales);
  const mayReadApps = isLetIn ? mayDo(apps) : undefined;
  const diagnoses = await whyRefused(ask, stored, apps, isLetIn);
  const vendorIsRight = vendor === undefined ? undefined : judgeVendorOf(sales);
  return {
    key: {
      keyId: key.keyId,
      kind: key.kind,
      ...(key.kind === 'team' && { issuerId: key.issuerId }),
      thumbprint: key.thumbprint,
    },
    severity: severityOf({
      isLetIn,
      isKnown: apps.outcome !== 'unknown',
      mayReadApps,
      mayReadSales,
      vendorIsRight,
    }),
    probes: probes.map(withoutError),
    ...(skewSeconds !== undefined && { skewSeconds }),
    ...(mayReadApps !== undefined && { mayReadApps }),
    ...(mayReadSales !== undefined && { mayReadSales }),
    ...(vendorIsRight !== undefined && { vendorIsRight }),
    diagnoses,
  };
}

async function whyRefused(
  ask: AskApple,
  stored: StoredKey,
  apps: Probe,
  isLetIn: boolean,
): Promise<readonly Diagnosis[]> {
  if (isLetIn || apps.outcome === 'accepted') return [];
  return apps.outcome === 'refused'
    ? investigate(ask, stored, apps.error, { otherKeys: [] })
    : explain(apps.error);
}

function severityOf(found: {
  isLetIn: boolean;
  isKnown: boolean;
  mayReadApps: boolean | undefined;
  mayReadSales: boolean | undefined;
  vendorIsRight: boolean | undefined;
}): Examination['severity'] {
  if (!found.isKnown) return 'warning';
  const isUseless = found.mayReadApps === false && found.mayReadSales === false;
  return !found.isLetIn || isUseless || found.vendorIsRight === false ? 'problem' : 'note';
}

/** Whether Apple let the key do it; `undefined` where Apple could not be asked. An unknown vendor is no refusal of the right. */
const mayDo = ({ outcome }: Probe): boolean | undefined =>
  outcome === 'unknown' ? undefined : outcome !== 'refused';

/** A key that may not read sales says nothing about the vendor number. */
function judgeVendorOf(sales: Probe | undefined): boolean | undefined {
  if (sales?.outcome === 'accepted') return true;
  return sales?.outcome === 'vendor-refused' ? false : undefined;
}

function withoutError(probe: Probe): Omit<Probe, 'error'> {
  if (!('error' in probe)) return probe;
  const { error: _error, ...rest } = probe;
  return rest;
}
