import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { systemClock } from '../../functions/platform/util/clock.ts';
import { daysBefore, PACIFIC_TIME_ZONE } from '../../functions/platform/util/time.ts';
import { clientEnvironment } from '../../local/simulator/https/client-environment.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { addSampleKey } from '../../local/simulator/samples/sample-key.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { SAMPLE_APPS, stockSamples } from '../../local/simulator/samples/sample-stock.ts';

/** What Apple takes for an answer. */
const ANSWER_MILLIS = 300;
const LIMITS = { hourlyLimit: 3500, minuteLimit: 300 };
export const VENDOR = '85012345';
/** Days that are asked for, and the hour from which Apple promises the report of the day before. */
const DAYS = 30;
const DUE_HOUR = 8;

/** What a client starts with: a key of its own, as Apple limits the requests of a key, and an empty directory. */
export type ClientStart = {
  directory: string;
  keyFile: string;
  issuerId: string;
  /** What leads an unchanged client to the simulator, and the key. */
  environment: Record<string, string>;
};

/** Apple over https with a month of daily sales. */
export type SalesScene = {
  simulator: Simulator;
  /** Newest first; one of them without sales. */
  days: readonly string[];
  /** Units by `DAY SKU`. */
  truth: ReadonlyMap<string, number>;
  newStart(): ClientStart;
  close(): Promise<void>;
};

export async function startSales(): Promise<SalesScene> {
  const simulator = await startSimulator({ clock: systemClock, https: true, ...LIMITS });
  const { https } = simulator;
  if (https === undefined) throw new Error('The simulator has no https.');
  const root = mkdtempSync(join(tmpdir(), 'bench-sales-'));
  const issuerId = randomUUID();
  const now = systemClock.now();
  simulator.addTeam({ name: 'acme', issuerId, vendors: [VENDOR], apps: SAMPLE_APPS });
  stockSamples(simulator, { team: 'acme', vendor: VENDOR, now, days: DAYS + 2 });
  const network = clientEnvironment(https, join(root, 'simulator-authority.pem'));
  let starts = 0;
  const pacific = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(PACIFIC_TIME_ZONE);
  const newest = pacific
    .toPlainDate()
    .subtract({ days: pacific.hour < DUE_HOUR ? 2 : 1 })
    .toString();
  const days = Array.from({ length: DAYS }, (_, index) => daysBefore(newest, index));
  // Without its latency, and before any client is timed: what the simulator serves is what counts.
  const truth = new Map(days.flatMap((day) => unitsOf(simulator, day)));
  simulator.faults.add({ times: Infinity, effect: { kind: 'latency', millis: ANSWER_MILLIS } });
  return {
    simulator,
    days,
    truth,
    newStart: () => {
      starts += 1;
      const keyId = `BENCH${String(starts).padStart(5, '0')}`;
      const directory = mkdtempSync(join(root, 'run-'));
      const keyFile = join(root, `AuthKey_${keyId}.p8`);
      const pem = addSampleKey(simulator, { team: 'acme', keyId, role: 'FINANCE' });
      writeFileSync(keyFile, pem, { mode: 0o600 });
      return {
        directory,
        keyFile,
        issuerId,
        environment: {
          ...network,
          ASC_KEY_ID: keyId,
          ASC_ISSUER_ID: issuerId,
          ASC_PRIVATE_KEY_PATH: keyFile,
          ASC_VENDOR_NUMBER: VENDOR,
          ASC_BYPASS_KEYCHAIN: '1',
        },
      };
    },
    close: async () => {
      await simulator.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The sums of a day's report by SKU of the app; none where nothing was sold. */
function unitsOf({ reports }: Simulator, day: string): [string, number][] {
  const series = {
    vendor: VENDOR,
    reportType: 'SALES',
    reportSubType: 'SUMMARY',
    frequency: 'DAILY',
    version: '1_0',
  } as const;
  if (reports.look({ ...series, reportDate: day }, systemClock.now()).state !== 'served') return [];
  const [header = '', ...lines] = sampleSales({ vendor: VENDOR, day }).trimEnd().split('\n');
  const names = header.split('\t');
  const sums = new Map<string, number>();
  for (const line of lines) {
    const fields = line.split('\t').map((field) => field.trim());
    const of = (name: string): string => fields[names.indexOf(name)] ?? '';
    const app = of('Parent Identifier') === '' ? of('SKU') : of('Parent Identifier');
    sums.set(`${day} ${app}`, (sums.get(`${day} ${app}`) ?? 0) + Number(of('Units')));
  }
  return [...sums];
}
