import * as z from 'zod';
import { eventProductSchema } from '../events/contract.ts';
import { createEventPublisher } from '../events/event-publisher.ts';
import { documentClient, eventBridgeClient, s3Client } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { JobError } from '../platform/errors.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { createAuditLog } from '../prices/store/audit-log.ts';
import { readPlans } from '../prices/store/plan-store.ts';
import { createPriceLedger } from '../prices/store/price-ledger.ts';
import { createReportLedger } from '../reports/partition/ledger.ts';
import { measureEffects } from './measure/measure-effects.ts';
import { previewEffect } from './measure/preview-effect.ts';
import { createEffectStore } from './store/effect-store.ts';
import { createTableReader } from './store/report-reader.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const name = z.string().min(1).max(200);
/** Nothing: all that is due. A change: its looks. A preview: what could be told after a planned change. */
const inputSchema = z.object({
  change: z.object({ team: name, changeId: name }).optional(),
  preview: z
    .object({ team: name, product: eventProductSchema, territories: z.array(z.string().length(3)).max(300) })
    .optional(),
});

/** Measures what price changes did, daily and when somebody asks. */
export const handler = withErrorLogging(log, async (event: unknown) => {
  const { change, preview } = readEvent(inputSchema, event ?? {}, 'Nothing was measured. The input must be:');
  connected ??= connect();
  if (preview !== undefined) return previewEffect(connected, preview);
  const result = await measureEffects(connected, change);
  if (result.failures.length === 0) return result;
  throw new JobError({
    code: 'EFFECT_NOT_MEASURED',
    message: `${result.failures.length} price changes could not be looked at:\n${result.failures.map(({ changeId, reason }) => `  - ${changeId}: ${reason}`).join('\n')}`,
    retryable: true,
  });
});

function connect() {
  const environment = readEnvironment(
    environmentSchema.pick({
      REPORTS_TABLE: true,
      PRICES_TABLE: true,
      LAKE_BUCKET: true,
      EVENT_BUS_NAME: true,
    }),
  );
  const [documents, s3, clock] = [documentClient(), s3Client(), systemClock];
  const audit = createAuditLog(s3, environment.LAKE_BUCKET);
  return {
    teams: readBundledSettings().teams,
    ledger: createPriceLedger({ documents, table: environment.PRICES_TABLE, clock }),
    plansOf: (record: Parameters<typeof readPlans>[1]) => readPlans(audit, record),
    reports: createReportLedger({ documents, table: environment.REPORTS_TABLE, clock }),
    readTable: createTableReader(s3, environment.LAKE_BUCKET),
    store: createEffectStore(s3, environment.LAKE_BUCKET),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock,
    log,
    metric: createMetrics(),
  };
}
