import * as z from 'zod';
import { type Span, windowsOf } from '../../../../functions/numbers/windows.ts';
import { pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import type { DayMoves } from '../../../../functions/prices/watch/day-moves.ts';
import { type MovedDays, readMovedDays } from '../../../../functions/prices/watch/move-log.ts';
import type { Context, Register } from '../../../context/context.ts';
import { spanOption } from '../../../options/span-option.ts';
import { chosenTeams, teamOption } from '../../../options/team-option.ts';
import { EXIT, type ExitCode } from '../../../terminal/exit-code.ts';
import { plain, printJson } from '../../../terminal/table.ts';
import { movesCsv } from './moves-csv.ts';
import { renderDay } from './render-day.ts';

const LAST_30_DAYS: Span = { kind: 'days', days: 30 };

const optionsSchema = z.object({
  team: z.string().optional(),
  last: spanOption.default(LAST_30_DAYS),
  csv: z.boolean().default(false),
});

export const registerPricesMoves: Register = (prices, run) => {
  prices
    .command('moves')
    .description('what Apple moved by itself: automatic prices, proceeds, currencies, territories')
    .addOption(teamOption())
    .option('--last <span>', 'such as 30d, 4w, 3m, or month for this month so far; 30d unless given')
    .option('--csv', 'print CSV: a line per product and territory')
    .addHelpText(
      'after',
      `
Needs "watch": "all" in the settings of prices; days before it was set are not known.

Examples:
  asc-jobs prices moves
  asc-jobs prices moves --last 3m --csv > moves.csv`,
    )
    .action(run(optionsSchema, moves));
};

async function moves(
  context: Context,
  { team, last, csv }: z.output<typeof optionsSchema>,
): Promise<ExitCode> {
  const { io, json } = context;
  const { days, unreadable } = await readMoves(context, { team, last });
  if (json) printJson(io, days.map(dayMovesJson));
  else if (csv) io.out(movesCsv(days));
  else if (days.length === 0) io.out(`${nothingMoved(context)}\n`);
  else io.out(`${days.map((day) => renderDay(context, day)).join('\n\n')}\n`);
  for (const key of unreadable) io.err(`This version cannot read ${plain(key)}.\n`);
  return unreadable.length > 0 ? EXIT.warning : EXIT.ok;
}

/** What Apple moved by itself within a span that ends today, of one team or all. */
export async function readMoves(
  context: Context,
  { team, last = LAST_30_DAYS }: { team?: string | undefined; last?: Span | undefined },
): Promise<MovedDays> {
  const { aws, io } = context;
  const teams = chosenTeams(context, team);
  const bucket = await aws.output('LakeBucketName');
  const { from } = windowsOf(last, pacificToday(io.now())).period;
  const read = await Promise.all(
    teams.map(({ name }) => readMovedDays(aws.s3, bucket, { team: name, from })),
  );
  return {
    days: read.flatMap(({ days }) => days).toSorted((a, b) => (a.day > b.day ? -1 : 1)),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

function nothingMoved({ settings }: Context): string {
  const isWatched = settings.teams.some(({ prices }) => prices?.watch === 'all');
  return isWatched
    ? 'Apple moved no price by itself in this span, as far as the prices were read.'
    : 'No prices are watched: set "watch": "all" in the settings of prices.';
}

/** Shape of `--json`, one per day on which something moved. */
export const dayMovesJson = ({ team, day, since, storefronts, moves: all, omitted, unread }: DayMoves) => ({
  team,
  day,
  since,
  storefronts,
  moves: all.map(({ product, plan, ...move }) => ({
    product: { ...product, ...(plan !== undefined && { plan }) },
    ...move,
  })),
  ...(omitted !== undefined && { omitted }),
  ...(unread !== undefined && { unread }),
});
