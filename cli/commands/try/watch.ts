import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../../functions/platform/util/time.ts';
import { stopSignals } from '../../../local/try/platform.ts';
import { explainFailure } from '../../terminal/describe-error.ts';
import type { Io } from '../../terminal/io.ts';
import { startProgress } from '../../terminal/progress.ts';
import { type Fetching, fetchAll } from './fetch-all.ts';

/** As the schedules in AWS: the whole plan at seven past every hour, the usual arrivals every ten minutes. */
const PLAN_MINUTE = 7;
const LOOK_MILLIS = 10 * MINUTE_MILLIS;

/** What comes next by the clock, and when. */
export function nextLook(now: number): { at: number; what: 'plan' | 'arrivals' } {
  const hour = Math.floor(now / HOUR_MILLIS) * HOUR_MILLIS;
  const plan = hour + PLAN_MINUTE * MINUTE_MILLIS;
  const nextPlan = plan > now ? plan : plan + HOUR_MILLIS;
  const nextArrivals = (Math.floor(now / LOOK_MILLIS) + 1) * LOOK_MILLIS;
  return nextPlan <= nextArrivals ? { at: nextPlan, what: 'plan' } : { at: nextArrivals, what: 'arrivals' };
}

/**
 * Stays up and plans by the clock until Ctrl-C or SIGTERM. Trouble with Apple or the network is told and the next run goes
 * on; a full disk ends it.
 *
 * @param afterEach is called after each run that has fetched something
 */
export async function watch(
  world: Fetching,
  io: Io,
  afterEach: () => Promise<void>,
  stop: AbortSignal = stopSignal(),
): Promise<void> {
  while (!stop.aborted) {
    const { at, what } = nextLook(io.now());
    io.err(`Next look at ${new Date(at).toISOString().slice(11, 16)} UTC; stop with Ctrl-C.\n`);
    await wait(Math.max(0, at - io.now()), undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    try {
      await (what === 'plan' ? world.reports.plan() : world.reports.planArrivals());
    } catch (error) {
      io.err(`${explainFailure(error)}\n`);
      continue;
    }
    const queued = world.reports.queued();
    if (queued === 0) continue;
    await fetchAll(world, startProgress(io, 'reports', queued));
    await afterEach();
  }
}

/** Aborts at the first Ctrl-C or SIGTERM. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  void Promise.race(stopSignals(process.platform).map((signal) => once(process, signal))).then(() =>
    controller.abort(),
  );
  return controller.signal;
}
