import { OBJECT_CREATED, uploadedKey } from '../events/object-created.ts';
import { s3Client } from '../platform/aws/clients.ts';
import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { realSleep, systemClock } from '../platform/util/clock.ts';
import { loadCompanyRates } from './company/load-company-rates.ts';
import { createRateDownload } from './ecb/download-rates.ts';
import { fetchRates } from './ecb/fetch-rates.ts';
import { createRateStore } from './store/rate-store.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

/** On a schedule: takes the reference rates that are new. For a file of `inbox/rates/`: takes a company's own rates in. */
export const handler = withErrorLogging(
  log,
  async (event: unknown) => {
    connected ??= connect();
    const key = uploadedKey(event, 'inbox/rates/');
    return key === undefined ? fetchRates(connected) : loadCompanyRates(connected, key);
  },
  { takes: [SCHEDULED_EVENT, OBJECT_CREATED.detailType] },
);

function connect() {
  const { LAKE_BUCKET, EXCHANGE_RATES_BASE_URL } = readEnvironment(
    environmentSchema.pick({ LAKE_BUCKET: true, EXCHANGE_RATES_BASE_URL: true }),
  );
  return {
    store: createRateStore(s3Client(), LAKE_BUCKET),
    download: createRateDownload(EXCHANGE_RATES_BASE_URL, { fetch, sleep: realSleep, random: Math.random }),
    clock: systemClock,
    log,
    metric: createMetrics(),
  };
}
