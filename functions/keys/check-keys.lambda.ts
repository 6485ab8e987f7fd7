import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { SCHEDULED_EVENT } from '../platform/validation/bus-event.ts';
import { checkKeys } from './check-keys.ts';
import { connectKeys } from './dependencies.ts';

const log = createLog();
let dependencies: ReturnType<typeof connectKeys> | undefined;

/** Daily, by schedule, or whenever a person wants to know: checks every key and tells what is to be done. */
export const handler = withErrorLogging(
  log,
  async (_event: unknown, context) => {
    dependencies ??= connectKeys(log);
    const metric = createMetrics({ byTeam: hasMetricsByTeam(dependencies.settings) });
    const ask = dependencies.askWithin(() => context.getRemainingTimeInMillis());
    return { keys: await checkKeys({ ...dependencies, ask, metric }) };
  },
  { takes: [SCHEDULED_EVENT] },
);
