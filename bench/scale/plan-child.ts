import * as z from 'zod';
import { documentClient, sqsClient } from '../../functions/platform/aws/clients.ts';
import { hasMetricsByTeam } from '../../functions/platform/config/metrics-by-team.ts';
import { createLog } from '../../functions/platform/logging/log.ts';
import { createMetrics } from '../../functions/platform/logging/metrics.ts';
import { createReportQueue } from '../../functions/reports/plan/report-queue.ts';
import { planAll, planAllArrivals } from '../../functions/reports/plan-all.ts';
import { createPlanner } from '../../functions/reports/planner-dependencies.ts';
import { dailySeries } from './daily-series.ts';

/**
 * One run of the planner in a process of its own, with the handler's own stores, clients, log and metrics. What it is to
 * play is its argument; where AWS is stands in `AWS_ENDPOINT_URL`. Answers through the parent's channel.
 */
const argument = z.object({
  teams: z.number(),
  series: z.number(),
  days: z.number(),
  now: z.number(),
  timeoutMillis: z.number(),
  what: z.enum(['everything', 'arrivals']),
});

export type PlanChildArgument = z.output<typeof argument>;

const { teams, series, days, now, timeoutMillis, what } = argument.parse(JSON.parse(process.argv[2] ?? ''));
const settings = dailySeries(teams, series, days);
const started = performance.now();
const elapsed = (): number => performance.now() - started;
const planner = createPlanner({
  settings,
  documents: documentClient(),
  table: 'Reports',
  queueReports: createReportQueue(sqsClient(), `${process.env['AWS_ENDPOINT_URL']}/queue`),
  sendEvents: async () => undefined,
  clock: { now: () => Math.round(now + elapsed()) },
  log: createLog(),
  metric: createMetrics({ byTeam: hasMetricsByTeam(settings) }),
});
const bounds = { remainingMillis: () => timeoutMillis - elapsed() };
const cpuBefore = process.cpuUsage();
const result = await (what === 'everything' ? planAll(planner, bounds) : planAllArrivals(planner, bounds));
const { user, system } = process.cpuUsage(cpuBefore);
process.send?.({
  series: result.series,
  seconds: elapsed() / 1000,
  cpuSeconds: (user + system) / 1e6,
  megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
});
process.disconnect?.();
