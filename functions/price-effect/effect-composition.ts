import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createEventPublisher } from '../events/event-publisher.ts';
import { documentClient, eventBridgeClient, s3Client } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createAuditLog } from '../prices/store/audit-log.ts';
import { readPlans } from '../prices/store/plan-store.ts';
import { createPriceLedger } from '../prices/store/price-ledger.ts';
import { createReportLedger } from '../reports/partition/ledger.ts';
import { readTable } from '../tables/read-table.ts';
import type { EffectDependencies } from './measure/effect-dependencies.ts';
import { createEffectStore } from './store/effect-store.ts';

/** Composition root of MeasurePriceEffects: its clients and stores, by the environment. */
export function connectEffects(log: Log): EffectDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({
      REPORTS_TABLE: true,
      PRICES_TABLE: true,
      LAKE_BUCKET: true,
      EVENT_BUS_NAME: true,
    }),
  );
  const [documents, s3, clock] = [documentClient(), s3Client(), systemClock];
  const settings = readBundledSettings();
  const audit = createAuditLog(s3, environment.LAKE_BUCKET);
  return {
    teams: settings.teams,
    ledger: createPriceLedger({ documents, table: environment.PRICES_TABLE, clock }),
    plansOf: (record) => readPlans(audit, record),
    reports: createReportLedger({ documents, table: environment.REPORTS_TABLE, clock }),
    readTable: async (tableKey, columns) => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: environment.LAKE_BUCKET, Key: tableKey }),
      );
      return readTable((await Body?.transformToByteArray()) ?? new Uint8Array(), columns);
    },
    store: createEffectStore(s3, environment.LAKE_BUCKET),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock,
    log,
    metric: createMetrics({ byTeam: hasMetricsByTeam(settings) }),
  };
}
