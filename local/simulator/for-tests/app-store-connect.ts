import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../functions/platform/util/clock.ts';
import { type Role, type Simulator, type SimulatorOptions, startSimulator } from '../index.ts';
import { salesFrequencyOf } from '../reports/report-calendar.ts';
import { addSampleKey } from '../samples/sample-key.ts';
import type { Fault, FaultHandle } from '../server/faults.ts';
import type { SeenRequest } from '../server/seen-requests.ts';

/** What other programs need to sign their requests. Made for this run; Apple knows nothing of it. */
export type TestKey = {
  keyId: string;
  issuerId: string;
  /** PEM, as in the .p8 file. */
  privateKey: string;
};

export type TestReport = {
  /** Such as `SALES/SUMMARY/DAILY`. */
  report: string;
  /** In the form of its frequency: `2026-11-23`, `2026-11` or `2026`. */
  date: string;
  /** The version that a request has to ask for. Default `1_0`. */
  version?: string;
  /** When it can be downloaded first, in milliseconds since the epoch. Default: at once. */
  availableAt?: number;
};

export type TestProduct = {
  kind: 'subscription' | 'inAppPurchase' | 'app';
  id: string;
  /** Territory → customer price. */
  prices: Readonly<Record<string, string>>;
};

export type TestOptions = Partial<SimulatorOptions> & {
  /** The vendor number of the one team. Default `85012345`. */
  vendor?: string;
};

/** An App Store Connect of one team, for the tests of other programs. */
export type AppStoreConnect = AsyncDisposable & {
  /** `http://127.0.0.1:PORT`: what a client takes instead of `https://api.appstoreconnect.apple.com`. */
  url: string;
  vendor: string;
  issuerId: string;
  /** Makes a key of the team. Default role ADMIN. */
  addKey(options?: { role?: Role; keyId?: string }): TestKey;
  /** Apple refuses the key from now on. */
  revokeKey(keyId: string): void;
  /** Puts a report, given as Apple's tab separated text. */
  putReport(report: TestReport & { tsv: string }): void;
  /** A report of which Apple says that there were no sales. */
  putNoSales(report: TestReport): void;
  /** Puts a product with prices; a subscription is live in every territory that has a price. */
  putProduct(product: TestProduct): void;
  /** The customer prices that hold on a Pacific day, by territory. */
  pricesOn(product: Pick<TestProduct, 'kind' | 'id'>, day: string): Readonly<Record<string, string>>;
  /** Lets the next fitting requests fail; see `FaultEffect` for how. */
  fail(fault: Fault): FaultHandle;
  /** Every request so far, oldest first. Never holds a token. */
  requests(): readonly SeenRequest[];
  stop(): Promise<void>;
  /** Everything else: behaviours, analytics, rate limits, https. */
  simulator: Simulator;
};

const TEAM = 'team';
const VENDOR = '85012345';

/**
 * Starts an App Store Connect on the loopback interface.
 *
 * @example
 * await using apple = await simulateAppStoreConnect();
 * const key = apple.addKey({ role: 'FINANCE' });
 * apple.putReport({ report: 'SALES/SUMMARY/DAILY', date: '2026-11-23', tsv });
 * await yourProgram({ baseUrl: apple.url, key });
 */
export async function simulateAppStoreConnect(options: TestOptions = {}): Promise<AppStoreConnect> {
  const { vendor = VENDOR, clock = systemClock, ...rest } = options;
  const simulator = await startSimulator({ clock, ...rest });
  const issuerId = randomUUID();
  simulator.addTeam({ name: TEAM, issuerId, vendors: [vendor] });
  let keys = 0;
  return {
    url: simulator.origin,
    vendor,
    issuerId,
    addKey: ({ role = 'ADMIN', keyId } = {}) => {
      keys += 1;
      const id = keyId ?? `TESTKEY${String(keys).padStart(3, '0')}`;
      return { keyId: id, issuerId, privateKey: addSampleKey(simulator, { team: TEAM, keyId: id, role }) };
    },
    revokeKey: (keyId) => simulator.revokeKey(keyId),
    putReport: ({ tsv, ...report }) => simulator.reports.put({ ...reportOf(vendor, report), tsv }),
    putNoSales: (report) => simulator.reports.noSales(reportOf(vendor, report)),
    putProduct: ({ kind, id, prices }) => {
      if (kind === 'subscription') simulator.prices.addSubscription({ team: TEAM, id, prices });
      else if (kind === 'inAppPurchase') simulator.prices.addInAppPurchase({ team: TEAM, id, prices });
      else simulator.prices.addApp({ team: TEAM, id, prices });
    },
    pricesOn: ({ kind, id }, day) => Object.fromEntries(simulator.prices.effective(kind, id, day)),
    fail: (fault) => simulator.faults.add(fault),
    requests: () => simulator.requests(),
    stop: () => simulator.close(),
    simulator,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** @throws RangeError for a report that Apple does not have in this form */
function reportOf(vendor: string, { report, date, version = '1_0', availableAt = 0 }: TestReport) {
  const [reportType = '', reportSubType = '', last = ''] = report.split('/');
  const frequency = salesFrequencyOf(last);
  if (frequency === undefined)
    throw new RangeError(
      `${report} is not of the form SALES/SUMMARY/DAILY; finance reports are put by simulator.reports`,
    );
  return { vendor, reportType, reportSubType, frequency, version, reportDate: date, availableAt };
}
