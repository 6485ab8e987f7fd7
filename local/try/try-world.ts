import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { type AppleAccess, connectApple } from '../../functions/app-store-connect/apple-access.ts';
import { parseSettings, type Settings } from '../../functions/platform/config/settings.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { type Folder, openFolder, type Remembered } from './folder.ts';
import { createPriceJobs, type PriceJobs } from './price-jobs.ts';
import { createReportJobs, type ReportJobs, releaseUnfinished } from './report-jobs.ts';
import { openServices, type Services } from './services.ts';
import { TABLES } from './tables.ts';
import { createTryLog } from './try-log.ts';

/** The jobs of one team in this process, on services that are kept in a folder. */
export type TryWorld = {
  folder: Folder;
  settings: Settings;
  services: Services;
  apple: AppleAccess;
  reports: ReportJobs;
  prices: PriceJobs;
  close(): Promise<void>;
};

export type TryOptions = Remembered & {
  directory: string;
  /** The key as Secrets Manager would hold it; in memory only. Absent: nothing can be asked of Apple. */
  keySecret: string | undefined;
  /** Whether price changes may be planned and requested with this key. */
  withPrices: boolean;
  appleUrl: string;
  clock: Clock;
};

const SECRET = 'try/key';

/** @throws JobError `FOLDER_IN_USE`; SettingsError naming all that is wrong with team, vendor and reports */
export async function openTryWorld(options: TryOptions): Promise<TryWorld> {
  const { directory, clock, keySecret, appleUrl } = options;
  const settings = trySettings(options);
  const folder = openFolder(directory);
  const log = createTryLog(folder.log, clock);
  const services = await openServices(folder, clock);
  if (keySecret !== undefined)
    await services.secrets.send(new CreateSecretCommand({ Name: SECRET, SecretString: keySecret }));
  await releaseUnfinished(services.documents);
  const apple = connectApple({
    environment: { BUDGET_TABLE: TABLES.budget, APP_STORE_CONNECT_BASE_URL: appleUrl, SCOPED_TOKENS: 'on' },
    documents: services.documents,
    secrets: services.secrets,
    clock,
    log,
    metric: () => {},
  });
  const prices = createPriceJobs(services, apple, settings);
  return {
    folder,
    settings,
    services,
    apple,
    reports: createReportJobs(services, apple, settings),
    prices,
    close: async () => {
      await prices.close();
      await services.close();
    },
  };
}

/** What is fetched of each app whose analytics are asked for: first downloads and downloads again, by day and territory. */
const ANALYTICS = ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'];

/** The settings of a team with one vendor. */
export const trySettings = ({
  team,
  vendor,
  reports,
  backfillDays,
  apps = [],
  reviewApps = [],
  withPrices,
}: Remembered & { withPrices: boolean }): Settings =>
  parseSettings({
    // A call fetches only what is new; `try reports backfill --refetch` asks whether Apple has corrected a day.
    restatementDays: [],
    teams: [
      {
        name: team,
        keys: { reports: SECRET, ...(withPrices && { prices: SECRET }) },
        vendors: [{ number: vendor, reports, backfillDays }],
        ...(apps.length > 0 && { apps: apps.map((id) => ({ id, analytics: ANALYTICS })) }),
        ...(reviewApps.length > 0 && { reviews: { apps: reviewApps } }),
        ...(withPrices && { prices: {} }),
      },
    ],
  });
