import type { Settings } from '../../functions/platform/config/settings.ts';
import type { Finding } from '../terminal/exit-code.ts';

/** How many executions of functions an account and region may have at once. */
export type AccountConcurrency = {
  limit: number;
  /** What of the limit no function has reserved for itself. */
  unreserved: number;
};

export type ConcurrencyReport = AccountConcurrency & {
  /** Most executions that the queues start at once, by the settings. */
  queued: number;
  finding: Finding & { text: string };
};

/** The planner, the checks, the notifier and the price functions beside those that queues feed. */
const OTHERS = 5;
/** The least that AWS accepts for a queue. */
const LEAST_PER_QUEUE = 2;

/**
 * Whether the account has room for what the queues start at once and for the other functions. AWS gives a new account
 * 10 executions for all its functions; a function that finds none is throttled.
 */
export function examineConcurrency(
  { limit, unreserved }: AccountConcurrency,
  { concurrency: { fetchReport, applyPriceChange } }: Pick<Settings, 'concurrency'>,
): ConcurrencyReport {
  const queued = fetchReport + applyPriceChange;
  const account = `the account may run ${limit} functions at once in this region${unreserved === limit ? '' : `, ${unreserved} of them reserved by none`}`;
  const queues = `the queues start up to ${queued} (FetchReport ${fetchReport}, ApplyPriceChange ${applyPriceChange})`;
  const common = { limit, unreserved, queued };
  if (unreserved - queued >= OTHERS)
    return { ...common, finding: { severity: 'note', text: `${account}; ${queues}` } };
  const lower =
    queued > 2 * LEAST_PER_QUEUE
      ? `; until then set "concurrency": { "fetchReport": ${LEAST_PER_QUEUE}, "applyPriceChange": ${LEAST_PER_QUEUE} } in the settings and deploy`
      : '';
  return {
    ...common,
    finding: {
      severity: 'problem',
      text: `${account}; ${queues}, which leaves ${Math.max(0, unreserved - queued)} for the planner and the checks. Ask for at least ${queued + 10} under Service Quotas (Lambda, "Concurrent executions", free of charge)${lower}.`,
    },
  };
}
