import { documentClient, glueClient } from '../platform/aws/clients.ts';
import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createAddedColumns } from './columns/added-columns.ts';
import { type DeclareColumnsDependencies, declareColumns } from './columns/declare-columns.ts';
import { createGlueTables } from './columns/glue-tables.ts';

const log = createLog();
let dependencies: DeclareColumnsDependencies | undefined;

/** Hourly, by schedule: declares in Glue the columns that Apple has added to reports. */
export const handler = withErrorLogging(
  log,
  async () => {
    dependencies ??= connect();
    return { added: await declareColumns(dependencies) };
  },
  { takes: [SCHEDULED_EVENT] },
);

function connect(): DeclareColumnsDependencies {
  const environment = readEnvironment(environmentSchema.pick({ REPORTS_TABLE: true, GLUE_DATABASE: true }));
  const documents = documentClient();
  return {
    columns: createAddedColumns({ documents, table: environment.REPORTS_TABLE, clock: systemClock }),
    tables: createGlueTables(glueClient(), environment.GLUE_DATABASE),
    log,
    metric: createMetrics(),
  };
}
