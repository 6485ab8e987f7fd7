import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { checkKeys, checkRequestSchema } from './check-keys.ts';
import { connectKeys } from './dependencies.ts';

const log = createLog();
let dependencies: ReturnType<typeof connectKeys> | undefined;

/**
 * Daily, by schedule, or whenever a person wants to know: checks every key and tells what is to be done. Later that day, with
 * `{ "look": "unknown" }`: again, where Apple could not be asked.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context) => {
    const request = readEvent(checkRequestSchema, event ?? {}, 'No key was checked. The input must be:');
    dependencies ??= connectKeys(log);
    const metric = createMetrics({ byTeam: hasMetricsByTeam(dependencies.settings) });
    const { askWithin } = dependencies;
    const ask = askWithin(() => context.getRemainingTimeInMillis());
    const askBesidePrices = askWithin(() => context.getRemainingTimeInMillis(), 'check');
    return { keys: await checkKeys({ ...dependencies, ask, askBesidePrices, metric }, request) };
  },
  { takes: [SCHEDULED_EVENT] },
);
