import * as z from 'zod';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import type { Context, Register } from '../../context/context.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { changeJson } from '../../terminal/json-shapes.ts';
import { printJson } from '../../terminal/table.ts';
import {
  type Answer,
  answerFinding,
  askForPlan,
  askFrontDoor,
  readRequests,
  renderAnswer,
} from './price-answers.ts';
import { renderChanges } from './price-table.ts';
import { outcomeFinding, waitForChanges } from './wait-for-changes.ts';

const optionsSchema = z.object({ yes: z.boolean().default(false), wait: z.boolean() });

export const registerPricesApply: Register = (prices, run) => {
  prices
    .command('apply')
    .argument('<files...>', 'requests as .json or .csv, see docs/prices.md')
    .description('show the plan, ask, and bring the prices to Apple, exactly once each')
    .option('--yes', 'do not ask; the plan is printed all the same')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText(
      'after',
      `
The same file again is the same change: it is answered as a duplicate and sends nothing.
Exit codes: 0 all applied, 1 one waits or is under way, 2 one was refused or failed, 3 nothing was done.

Examples:
  asc-jobs prices apply winter-sale.json
  asc-jobs prices apply prices/*.json --yes`,
    )
    .action(run(optionsSchema, apply));
};

/** Plans the requests of files, asks, and has them applied. */
export async function apply(
  context: Context,
  { yes, wait }: z.output<typeof optionsSchema>,
  files: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const requests = readRequests(files);
  const plans: Answer[] = [];
  for (const request of requests) plans.push(await askForPlan(context, request));
  io.err(`${plans.map((answer) => renderAnswer(context, answer)).join('\n\n')}\n`);
  // All or none from one command line: a refused one is put right before the others go.
  if (plans.some(({ status }) => status === 'rejected')) {
    if (json) printJson(io, plans);
    return exitCodeOf(plans.map(answerFinding));
  }
  // What is known already is never planned: there is nothing to agree to.
  const isNew = plans.some(({ status }) => status !== 'duplicate');
  const question = requests.length === 1 ? 'Apply this change?' : `Apply these ${requests.length} changes?`;
  if (isNew && !(await confirmed(io, question, yes))) return EXIT.failed;
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await askFrontDoor(context, { ...request, dryRun: false }));
  return conclude(context, requests, answers, wait);
}

const teamSchema = z.object({ team: z.string() });

async function conclude(
  context: Context,
  requests: readonly object[],
  answers: readonly Answer[],
  wait: boolean,
): Promise<ExitCode> {
  const { io, json } = context;
  const taken = answers.flatMap(({ status, changeId }, index) => {
    const { team } = teamSchema.parse(requests[index]);
    return status === 'rejected' || changeId === undefined ? [] : [{ team, changeId }];
  });
  const records: ChangeRecord[] = wait ? await waitForChanges(context, taken) : [];
  if (json) printJson(io, wait ? records.map((record) => changeJson(record)) : answers);
  else
    io.out(
      `${wait ? renderChanges(context, records) : answers.map((one) => renderAnswer(context, one)).join('\n')}\n`,
    );
  return exitCodeOf([...answers.map(answerFinding), ...records.map(outcomeFinding)]);
}
