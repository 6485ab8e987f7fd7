import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { formatProblems, JobError } from '../../../functions/platform/errors.ts';
import { decodeFileText } from '../../../functions/platform/files/file-text.ts';
import { accepted, type Checked } from '../../../functions/platform/validation/checked.ts';
import {
  movingEntries,
  planMarkdown,
  problemsMarkdown,
} from '../../../functions/prices/plan/plan-rendering.ts';
import {
  desiredCampaignOf,
  parseDesiredCampaign,
  wishFor,
} from '../../../functions/prices/request/desired/desired-campaign.ts';
import {
  DESIRED,
  type DesiredWish,
  desiredFileOf,
  parseDesired,
} from '../../../functions/prices/request/desired/desired-prices.ts';
import type { Product } from '../../../functions/prices/request/product.ts';
import type { ProductRef } from '../../../functions/prices/request/product-ref.ts';
import { createPriceFiles } from '../../../functions/prices/store/price-files.ts';
import type { Context, Register } from '../../context/context.ts';
import { chosenTeams, teamOption } from '../../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { type Answer, answerFinding, askForPlan, renderAnswer } from './price-answers.ts';

const optionsSchema = z.object({ team: z.string().optional(), markdown: z.boolean().default(false) });

/** Desired prices are a table of 175 lines. */
const MAXIMUM_BYTES = 1_000_000;

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
  for (const { file, wish } of desiredFiles)
    if (team === undefined || teams.includes(file.team)) answers.push(await compare(context, file, wish));
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

async function compare(
  context: Context,
  file: ComparedFile['file'],
  parsed: ComparedFile['wish'],
): Promise<Answer> {
  const isOneOfMany = desiredCampaignOf(file.key) !== undefined;
  const name = file.product?.id ?? file.ref?.name;
  const changeId = `diff of ${file.key}${isOneOfMany && name !== undefined ? ` (${name})` : ''}`.slice(-128);
  if (parsed.kind === 'rejected') return { status: 'rejected', changeId, problems: [...parsed.problems] };
  // A comparison needs no choice for present subscribers. A name alone does not say whether there can be any.
  const kind = (file.product ?? file.ref)?.kind;
  const ask = (hasSubscribers: boolean): Promise<Answer> =>
    askForPlan(context, {
      ...(hasSubscribers && { preserveCurrentPrice: true }),
      removeScheduled: true,
      ...(isOneOfMany ? wishFor(hasSubscribers ? 'subscription' : 'app', parsed.value) : parsed.value),
      idempotencyKey: changeId.replace(/[^\x20-\x7e]/g, '_').trim(),
      team: file.team,
      product: file.product ?? (file.ref && refJson(file.ref)),
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

/** A product of a file, or a file that cannot be read. */
type ComparedFile = {
  file: { key: string; team: string; product?: Product | undefined; ref?: ProductRef | undefined };
  wish: Checked<DesiredWish>;
};

/** What a file says: of one product, or of each of many. */
function productsOfFile(key: string, text: Checked<string>): ComparedFile[] {
  const campaign = desiredCampaignOf(key);
  if (campaign === undefined) {
    const file = desiredFileOf(key);
    const wish = text.kind === 'ok' ? parseDesired(key, text.value) : text;
    return file === undefined ? [] : [{ file, wish }];
  }
  const parsed = text.kind === 'ok' ? parseDesiredCampaign(key, text.value) : text;
  if (parsed.kind === 'rejected') return [{ file: campaign, wish: parsed }];
  return parsed.value.map(({ wish, ...named }) => ({
    file: { ...campaign, ...named },
    wish: accepted(wish),
  }));
}

/** Local files are named by the end of their path, which must be that of the bucket. */
function localFiles(files: readonly string[]): ComparedFile[] {
  const found = files.map((path) => {
    const start = path.replaceAll('\\', '/').lastIndexOf(DESIRED);
    return { path, key: start < 0 ? '' : path.replaceAll('\\', '/').slice(start) };
  });
  const problems = found.flatMap(({ path, key }) =>
    isDesiredKey(key)
      ? []
      : [
          {
            path,
            message: `must be named …/${DESIRED}<team>/<subscription|inAppPurchase|app>/<product id>.json or .csv, or …/${DESIRED}<team>/campaigns/<name>.json or .csv`,
          },
        ],
  );
  if (problems.length > 0)
    throw new JobError({ code: 'DESIRED_FILE_NAME', message: formatProblems(problems), retryable: false });
  return found.flatMap(({ path, key }) => productsOfFile(key, decodeFileText(readFileSync(path))));
}

const isDesiredKey = (key: string): boolean =>
  desiredFileOf(key) !== undefined || desiredCampaignOf(key) !== undefined;

async function filesInBucket({ aws }: Context): Promise<ComparedFile[]> {
  const bucket = createPriceFiles(aws.s3, await aws.output('LakeBucketName'));
  const found: ComparedFile[] = [];
  for await (const { key } of bucket.list(DESIRED))
    if (isDesiredKey(key))
      found.push(...productsOfFile(key, await bucket.read(key, undefined, MAXIMUM_BYTES)));
  return found;
}
