import { z } from 'zod';
import { type TimedRun, timedRun } from '../peers/timed-process.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { goalLine } from '../report/goals.ts';
import { type Order, type Output, type SalesClient, salesClients } from './sales-clients.ts';
import { type SalesScene, startSales } from './sales-scene.ts';

// `npm run bench -- --sales`: a day and the last 30 days of the Summary Sales report, from the prompt to the numbers, over https
// where each of Apple's answers takes 300 ms. Every client is a process of its own, as its users start it.

/** What a group of rows does: all of it gives the sums of units per day and app. */
type Task = { name: string; output: Output; days: number };

const TASKS: readonly Task[] = [
  { name: 'a day, printed', output: 'print', days: 1 },
  { name: 'a day, as Parquet', output: 'table', days: 1 },
  { name: '30 days, printed', output: 'print', days: 30 },
  { name: '30 days, as Parquet', output: 'table', days: 30 },
];
const AT_ONCE = 8;

type Seen = { requests: number; first: number; seconds: number; megabytes: number };
type Row = Seen & { task: Task; name: string; ours: boolean };

/**
 * Measures every client on every task.
 *
 * @param runs of each; the median counts. One after another, each request waits for the one before it: there one run is enough.
 * @param missed filled with the goals that are missed
 */
export async function measureSales(runs: number, missed: string[]): Promise<Figures> {
  const scene = await startSales();
  const { clients, notes } = salesClients();
  try {
    const rows: Row[] = [];
    for (const task of TASKS) rows.push(...(await measureTask(scene, clients, task, runs)));
    return {
      name: 'sales',
      caption: 'A day and 30 days of sales, from the prompt',
      columns: [
        left('300 ms an answer'),
        left('client'),
        right('requests'),
        right('first number, s'),
        right('first : ours'),
        right('all, s'),
        right('all : ours'),
        right('peak MB'),
      ],
      rows: rows.map((row) => {
        const own = rows.find(({ task, ours }) => ours && task === row.task);
        return [
          row.task.name,
          row.name,
          row.requests,
          row.first.toFixed(2),
          (row.first / (own?.first ?? Number.NaN)).toFixed(2),
          row.seconds.toFixed(2),
          (row.seconds / (own?.seconds ?? Number.NaN)).toFixed(2),
          Number.isNaN(row.megabytes) ? '–' : row.megabytes.toFixed(0),
        ];
      }),
      notes: [
        `Median of ${runs} runs in turn, one where a client takes one day after another. Every sum was compared with Apple's files; one of the 30 days has no sales.`,
        'Printed: units per day and app, each day as soon as it is here. As Parquet: one file of all days, by DuckDB, and the same sums from it. `asc-jobs try` does both in either case: it says the newest day first, and leaves a table, Apple’s files, a ledger and a status page.',
        'The first number is the first right sum of a day and app on the terminal. Memory: of all processes together that are alive at the same time.',
        ...notes,
        ...TASKS.map((task) => firstNumberGoal(task, rows, missed)),
      ],
    };
  } finally {
    await scene.close();
  }
}

function firstNumberGoal(task: Task, rows: readonly Row[], missed: string[]): string {
  const own = rows.find((row) => row.ours && row.task === task)?.first ?? Number.NaN;
  const [fastest] = rows.filter((row) => !row.ours && row.task === task).sort((a, b) => a.first - b.first);
  const goal = `${task.name}: the first number of \`asc-jobs try\` is no later than any client's`;
  if (fastest === undefined) return `${goal}: no client was measured.`;
  const measured = `${own.toFixed(2)} s, the earliest client ${fastest.first.toFixed(2)} s (${fastest.name})`;
  return goalLine(goal, Number(own.toFixed(2)) <= Number(fastest.first.toFixed(2)), measured, missed);
}

type Way = { client: SalesClient; name: string; order: Order; runs: number };

async function measureTask(
  scene: SalesScene,
  clients: readonly SalesClient[],
  task: Task,
  runs: number,
): Promise<Row[]> {
  const days = scene.days.slice(0, task.days);
  const ways = clients.flatMap((client): Way[] => {
    const together = {
      client,
      name: client.label,
      order: { output: task.output, days, atOnce: AT_ONCE },
      runs,
    };
    if (!client.takesTurns || task.days === 1) return [together];
    return [
      { ...together, name: `${client.label}: ${AT_ONCE} at a time` },
      {
        ...together,
        name: `${client.label}: one after another`,
        order: { ...together.order, atOnce: 1 },
        runs: 1,
      },
    ];
  });
  const seen = ways.map((): Seen[] => []);
  // In turn, so that a machine whose speed drifts is unfair to none. The first round only warms up the caches.
  for (let round = 0; round <= runs; round += 1)
    for (const [index, way] of ways.entries()) {
      if (round > way.runs || (round === 0 && way.runs < runs)) continue;
      const one = await measureOnce(scene, way);
      if (round > 0) seen[index]?.push(one);
    }
  return ways.map(({ client, name }, index) => ({
    ...median(seen[index] ?? []),
    task,
    name,
    ours: client.ours,
  }));
}

async function measureOnce(scene: SalesScene, { client, name, order }: Way): Promise<Seen> {
  const { simulator, truth } = scene;
  simulator.clearRequests();
  const start = scene.newStart();
  const run = await timedRun(client.program(start, order), start.directory, (printed) =>
    hasOwnNumber(printed, truth),
  );
  const sums = client.ours ? ourSums(run) : printedSums(run.out);
  const wrong = [...truth].filter(
    ([key, units]) => order.days.includes(key.slice(0, 10)) && sums.get(key) !== units,
  );
  if (run.exitCode !== 0 || wrong.length > 0 || Number.isNaN(run.firstSeconds))
    throw new Error(
      `${name} did not give the sums (${order.output}, ${order.days.length} days, exit code ${run.exitCode}): ${wrong.length} are wrong or missing, such as ${wrong[0]?.join(' ')}.\n${run.err.slice(-2000)}`,
    );
  return {
    requests: simulator.requests().length,
    first: run.firstSeconds,
    seconds: run.seconds,
    megabytes: run.peakMegabytes,
  };
}

/** A line `DAY<tab>SKU<tab>UNITS` of a client, or the first look of ours, with true numbers. */
function hasOwnNumber(printed: string, truth: ReadonlyMap<string, number>): boolean {
  for (const [key, units] of printedSums(printed)) if (truth.get(key) === units) return true;
  const [, day = '', apps = ''] = /^Units on (\d{4}-\d\d-\d\d): (.+)\n/m.exec(printed) ?? [];
  const ofDay = new Set([...truth].flatMap(([key, units]) => (key.startsWith(day) ? [units] : [])));
  const numbers = [...apps.matchAll(/ (-?\d+)(?:,|$)/g)].map(([, number]) => Number(number));
  return numbers.length > 0 && numbers.every((number) => ofDay.has(number));
}

const printedSums = (text: string): Map<string, number> =>
  new Map(
    [...text.matchAll(/^(\d{4}-\d\d-\d\d)\t(\S+)\t(-?\d+)$/gm)].map(([, day, sku, units]) => [
      `${day} ${sku}`,
      Number(units),
    ]),
  );

const oursSchema = z.object({
  units: z.array(z.object({ day: z.string(), sku: z.string(), units: z.string() })),
});

/** What `try --json` says. */
function ourSums({ out, err }: TimedRun): Map<string, number> {
  if (!out.trimStart().startsWith('{')) throw new Error(`asc-jobs try gave no JSON: ${err}`);
  const { units } = oursSchema.parse(JSON.parse(out));
  return new Map(units.map((row) => [`${row.day} ${row.sku}`, Number(row.units)]));
}

function median(all: readonly Seen[]): Seen {
  const middle = (of: (one: Seen) => number): number =>
    all.map(of).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
  return {
    requests: middle(({ requests }) => requests),
    first: middle(({ first }) => first),
    seconds: middle(({ seconds }) => seconds),
    megabytes: middle(({ megabytes }) => megabytes),
  };
}
