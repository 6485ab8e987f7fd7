import { Argument, Option } from 'commander';
import * as z from 'zod';
import { BYS, MEASURE_NAMES } from '../../../functions/numbers/measures.ts';
import type { Context, Register } from '../../context/context.ts';
import { day } from '../../options/series-options.ts';
import { spanOption } from '../../options/span-option.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { answerNumbers } from './ask.ts';
import { numbersCsv } from './numbers-csv.ts';
import { renderNumbers } from './numbers-table.ts';

const measureSchema = z.enum(MEASURE_NAMES);
const optionsSchema = z.object({
  by: z.enum(BYS).optional(),
  last: spanOption.optional(),
  until: day.optional(),
  in: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'must be a currency of three letters, such as EUR')
    .transform((code) => code.toUpperCase())
    .optional(),
  csv: z.boolean().default(false),
  team: z.string().optional(),
  vendor: z.string().optional(),
});

export const registerNumbers: Register = (program, run) => {
  program
    .command('numbers')
    .addArgument(new Argument('<measure>', 'what is counted').choices(MEASURE_NAMES))
    .description(
      'what was earned and how it was reviewed, by app, product, country or currency, compared with the period before',
    )
    .addOption(
      new Option('--by <group>', 'what a row is; an app unless given (prices: a product)').choices(BYS),
    )
    .option('--last <span>', 'such as 30d, 4w, 3m, or month for this month so far; 30d (churn, finance: 1m)')
    .option('--until <day>', 'the last day, the newest stored one unless given')
    .option('--in <currency>', 'every amount in this currency, by the exchange rate of its day')
    .option('--csv', 'print CSV')
    .option('--team <name>', 'of this team only')
    .option('--vendor <number>', 'of this vendor only')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs numbers sales
  asc-jobs numbers sales --by country --last month --in EUR
  asc-jobs numbers mrr --by product
  asc-jobs numbers churn --last 3m
  asc-jobs numbers finance --last 2m --csv
  asc-jobs numbers reviews --by country --last 4w`,
    )
    .action(run(optionsSchema, numbers));
};

async function numbers(
  context: Context,
  { csv, ...question }: z.output<typeof optionsSchema>,
  [word]: readonly string[],
): Promise<ExitCode> {
  const answer = await answerNumbers(context, measureSchema.parse(word), question);
  const { io, json } = context;
  if (json) printJson(io, answer);
  else if (csv) io.out(numbersCsv(answer));
  else {
    io.out(`${renderNumbers(io, answer)}\n`);
    for (const note of answer.notes) io.err(`${note}\n`);
  }
  return EXIT.ok;
}
