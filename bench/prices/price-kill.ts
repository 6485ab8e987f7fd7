import { type Figures, left, right } from '../report/figures.ts';
import { runTasks } from '../report/tasks.ts';
import { killedClientChange, measurableClients, waysOf } from './clients/measure-clients.ts';
import { ourKilledChange } from './clients/measure-ours.ts';

const KILLED_AFTER = 88;

type Seen = {
  reads: number;
  writes: number;
  repeated: number;
  seconds: number;
  /** Of a client's process. */
  megabytes?: number;
  rightWhenKilled: string;
  right: string;
  goesOn: string;
  knownFrom: string;
};

type Task = { name: string; alone: boolean; run: () => Promise<Seen> };

/** Our worker and every client, each killed once. */
function killedTasks(): Task[] {
  return [
    {
      name: 'ours: one POST per territory',
      alone: false,
      run: async () => {
        const { minutesUntilItGoesOn, ...seen } = await ourKilledChange(KILLED_AFTER);
        return { ...seen, goesOn: `by itself, after ${minutesUntilItGoesOn.toFixed(1)} minutes` };
      },
    },
    ...measurableClients().clients.flatMap((client) =>
      waysOf(client)
        .filter(({ mostly }) => !mostly)
        .map(
          ({ name, atOnce }): Task => ({
            name: `${client.label}: ${name}`,
            alone: atOnce > 1,
            run: async () => ({
              ...(await killedClientChange(client, atOnce, KILLED_AFTER)),
              goesOn: 'when somebody starts it again',
            }),
          }),
        ),
    ),
  ];
}

/** What is left when the process dies half-way through a price change, and what the second run does. */
export async function measureKilledPrices(): Promise<Figures> {
  const rows = await runTasks<Seen, Task>(killedTasks());
  const requests = (seen: Seen | undefined): number => (seen?.reads ?? 0) + (seen?.writes ?? 0);
  return {
    name: 'killed-prices',
    caption: `The same change, killed after ${KILLED_AFTER} of 175 writes`,
    columns: [
      left('both runs together'),
      right('reads'),
      right('writes'),
      right('requests : ours'),
      right('written twice'),
      right('seconds at work'),
      right('peak MB'),
      right('right when killed'),
      right('right at the end'),
      left('goes on'),
      left('what is left is told by'),
    ],
    rows: rows.map(({ name, seen }) => [
      name,
      seen.reads,
      seen.writes,
      (requests(seen) / requests(rows[0]?.seen)).toFixed(2),
      seen.repeated,
      seen.seconds.toFixed(1),
      seen.megabytes?.toFixed(0) ?? '–',
      seen.rightWhenKilled,
      seen.right,
      seen.goesOn,
      seen.knownFrom,
    ]),
    notes: [
      'Ours loses its worker in the middle of a request and is not touched again; it goes on when the dead worker’s lease of six minutes has lapsed. A client is killed as a process and started again at once, as it was. `written twice`: writes that repeat one which Apple had carried out.',
    ],
  };
}
