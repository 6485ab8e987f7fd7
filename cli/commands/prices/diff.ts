import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { formatProblems, JobError } from '../../../functions/platform/errors.ts';
import { decodeFileText } from '../../../functions/platform/files/file-text.ts';
import type { Checked } from '../../../functions/platform/validation/checked.ts';
import {
  movingEntries,
  planMarkdown,
  problemsMarkdown,
} from '../../../functions/prices/plan/plan-rendering.ts';
import {
  DESIRED,
  type DesiredFile,
  desiredFileOf,
  parseDesired,
} from '../../../functions/prices/request/desired-prices.ts';
import type { ProductRef } from '../../../functions/prices/request/product-ref.ts';
import { createPriceFiles } from '../../../functions/prices/store/price-files.ts';
import type { Context, Register } from '../../context/context.ts';
import { chosenTeams, teamOption } from '../../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { type Answer, answerFinding, askForPlan, renderAnswer } from './price-answers.ts';

const optionsSchema = z.object({ team: z.string().optional(), markdown: z.boolean().default(false) });

/** Desired prices are a table of 175 lines. */
const MOST_BYTES = 1_000_000;

export const registerPricesDiff: Register = (prices, run) => {
  prices
    .command('diff')
    .argument(
      '[files...]',
      `files of desired prices, as they lie under ${DESIRED}; those in the bucket unless given`,
    )
    .description("compare desired prices with Apple's; nothing is sent. Exit code 1 where they differ")
    .addOption(teamOption())
    .option('--markdown', 'as Markdown, for a comment on a pull request')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs prices diff
  asc-jobs prices diff desired/prices/acme/subscription/6448311069.csv`,
    )
    .action(run(optionsSchema, diff));
};

async function diff(
  context: Context,
  { team, markdown }: z.output<typeof optionsSchema>,
  files: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const teams = chosenTeams(context, team).map(({ name }) => name);
  const desiredFiles = files.length > 0 ? localFiles(files) : await filesInBucket(context);
  const answers: Answer[] = [];
  for (const { file, text } of desiredFiles)
    if (team === undefined || teams.includes(file.team)) answers.push(await compare(context, file, text));
  if (json) printJson(io, answers);
  else if (answers.length === 0) io.err(`There are no files of desired prices under ${DESIRED}.\n`);
  else if (markdown)
    io.out(
      `${answers.map(({ plan, changeId = '', problems = [] }) => (plan === undefined ? problemsMarkdown(changeId, problems) : planMarkdown(plan))).join('\n')}\n`,
    );
  else io.out(`${answers.map((answer) => renderAnswer(context, answer)).join('\n\n')}\n`);
  return exitCodeOf([
    ...answers.map(answerFinding),
    ...answers.map(({ plan }) => ({ severity: differs(plan) ? ('warning' as const) : ('note' as const) })),
  ]);
}

const differs = (plan: Answer['plan']): boolean => plan !== undefined && movingEntries(plan).length > 0;

async function compare(context: Context, file: DesiredFile, text: Checked<string>): Promise<Answer> {
  const changeId = `diff of ${file.key}`.slice(-128);
  const parsed = text.kind === 'ok' ? parseDesired(file.key, text.value) : text;
  if (parsed.kind === 'rejected') return { status: 'rejected', changeId, problems: [...parsed.problems] };
  // A comparison needs no choice for present subscribers. A name alone does not say whether there can be any.
  const kind = (file.product ?? file.ref).kind;
  const ask = (hasSubscribers: boolean): Promise<Answer> =>
    askForPlan(context, {
      ...(hasSubscribers && { preserveCurrentPrice: true }),
      removeScheduled: true,
      ...parsed.value,
      idempotencyKey: changeId.replace(/[^\x20-\x7e]/g, '_').trim(),
      team: file.team,
      product: file.product ?? refJson(file.ref),
      requestedBy: 'asc-jobs prices diff',
    });
  const answer = await ask(kind === undefined || kind === 'subscription');
  const isNotForIt = answer.problems?.some(({ path }) => path === 'preserveCurrentPrice') ?? false;
  return kind === undefined && isNotForIt ? ask(false) : answer;
}

const refJson = ({ name, kind, plan }: ProductRef) => ({
  id: name,
  ...(kind !== undefined && { kind }),
  ...(plan !== undefined && { plan }),
});

/** Local files are named by the end of their path, which must be that of the bucket. */
function localFiles(files: readonly string[]): { file: DesiredFile; text: Checked<string> }[] {
  const found = files.map((path) => {
    const start = path.replaceAll('\\', '/').lastIndexOf(DESIRED);
    return { path, file: start < 0 ? undefined : desiredFileOf(path.replaceAll('\\', '/').slice(start)) };
  });
  const problems = found.flatMap(({ path, file }) =>
    file === undefined
      ? [
          {
            path,
            message: `must be named …/${DESIRED}<team>/<subscription|inAppPurchase|app>/<product id>.json or .csv`,
          },
        ]
      : [],
  );
  if (problems.length > 0)
    throw new JobError({ code: 'DESIRED_FILE_NAME', message: formatProblems(problems), retryable: false });
  return found.flatMap(({ path, file }) =>
    file === undefined ? [] : [{ file, text: decodeFileText(readFileSync(path)) }],
  );
}

async function filesInBucket({ aws }: Context): Promise<{ file: DesiredFile; text: Checked<string> }[]> {
  const bucket = createPriceFiles(aws.s3, await aws.output('LakeBucketName'));
  const found: { file: DesiredFile; text: Checked<string> }[] = [];
  for await (const { key } of bucket.list(DESIRED)) {
    const file = desiredFileOf(key);
    const text = file === undefined ? undefined : await bucket.read(key, undefined, MOST_BYTES);
    if (file !== undefined && text !== undefined) found.push({ file, text });
  }
  return found;
}
