import { type Figures, left, right } from '../report/figures.ts';
import { goalLine } from '../report/goals.ts';
import { runTasks } from '../report/tasks.ts';
import { clientChange, measurableClients, waysOf } from './clients/measure-clients.ts';
import { ourChange } from './clients/measure-ours.ts';

// `npm run bench -- --prices`: a change over 175 territories where each of Apple's answers takes 300 ms, through the
// real handlers, beside clients that send one POST per territory. Each row has an Apple of its own.

/** Which of ours does the same as a row. */
type Same = 'whole' | 'mostly';

type Seen = {
  reads: number;
  writes: number;
  seconds: number;
  /** Of a client's process. */
  megabytes?: number;
  dynamoWrites?: number;
  limited: number;
  refused?: number;
  right: string;
};

type Task = { name: string; same: Same; alone: boolean; run: () => Promise<Seen> };

const OURS: readonly Task[] = [
  {
    name: 'ours: subscription, one POST per territory',
    same: 'whole',
    alone: true,
    run: () => ourChange('subscription', {}),
  },
  {
    name: 'ours: subscription, first prices',
    same: 'whole',
    alone: true,
    run: () => ourChange('first', {}),
  },
  {
    name: 'ours: subscription, bulk',
    same: 'whole',
    alone: true,
    run: () => ourChange('subscription', { subscriptionWrites: 'bulk' }),
  },
  {
    name: 'ours: in-app purchase',
    same: 'whole',
    alone: true,
    run: () => ourChange('inAppPurchase', {}),
  },
  { name: 'ours: app', same: 'whole', alone: true, run: () => ourChange('app', {}) },
  {
    name: 'ours: subscription, 90 % right already',
    same: 'mostly',
    alone: true,
    run: () => ourChange('mostly', {}),
  },
];

/** How much longer than the fastest client ours may take, with plan, marks and proof. */
const LONGEST_RATIO = 1.25;

/**
 * Runs every row: ours, and clients without a ledger.
 *
 * @param missed filled with the goals that are missed
 */
export async function measurePrices(missed: string[]): Promise<Figures> {
  const { clients, notes } = measurableClients();
  const others = clients.flatMap((client) =>
    waysOf(client).map(
      ({ name, atOnce, mostly }): Task => ({
        name: `${client.label}: ${name}`,
        same: mostly ? 'mostly' : 'whole',
        alone: atOnce > 1,
        run: () => clientChange(client, atOnce, mostly),
      }),
    ),
  );
  const rows = await runTasks<Seen, Task>([...OURS, ...others]);
  const secondsOfOurs = (same: Same): number =>
    rows.find((row) => row.same === same)?.seen.seconds ?? Number.NaN;
  return {
    name: 'prices',
    caption: 'A price change over 175 territories',
    columns: [
      left('300 ms an answer'),
      right('reads'),
      right('writes'),
      right('seconds'),
      right('seconds : ours'),
      right('peak MB'),
      right('DynamoDB writes'),
      right('429'),
      right('told as refused'),
      right('right at the end'),
    ],
    rows: rows.map(({ name, same, seen }) => [
      name,
      seen.reads,
      seen.writes,
      seen.seconds.toFixed(1),
      (seen.seconds / secondsOfOurs(same)).toFixed(2),
      seen.megabytes?.toFixed(0) ?? '–',
      seen.dynamoWrites ?? '–',
      seen.limited,
      seen.refused ?? '–',
      seen.right,
    ]),
    notes: [
      'The simulator allows 3500 requests per hour and 300 per minute. The rows of 90 % come right after a change of the other 157 territories, within the same minute, and are compared with ours of that kind; all others with our first.',
      'Memory: of the client’s processes. Ours runs in the functions of a local stack, whose memory is not told apart.',
      ...notes,
      ratioGoal(rows, missed),
    ],
  };
}

/** Ours of one POST per territory, beside the fastest client that does the same. */
function ratioGoal(rows: readonly (Task & { seen: Seen })[], missed: string[]): string {
  const whole = rows.filter(({ same }) => same === 'whole');
  const own = whole[0]?.seen.seconds ?? Number.NaN;
  const [fastest] = whole.slice(OURS.length - 1).sort((a, b) => a.seen.seconds - b.seen.seconds);
  const goal = `a price change takes at most ${LONGEST_RATIO} × the time of the fastest client`;
  if (fastest === undefined) return `${goal}: no client was measured.`;
  const ratio = own / fastest.seen.seconds;
  const measured = `${ratio.toFixed(2)} × (${own.toFixed(1)} s, ${fastest.name} ${fastest.seen.seconds.toFixed(1)} s)`;
  return goalLine(goal, ratio <= LONGEST_RATIO, measured, missed);
}
