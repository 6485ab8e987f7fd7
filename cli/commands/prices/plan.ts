import * as z from 'zod';
import { planMarkdown, problemsMarkdown } from '../../../functions/prices/plan/plan-rendering.ts';
import type { Context, Register } from '../../context/context.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { type EffectPreview, previewEffect } from './effect.ts';
import { type Answer, answerFinding, askForPlan, readRequests, renderAnswer } from './price-answers.ts';

const optionsSchema = z.object({ markdown: z.boolean().default(false) });

export const registerPricesPlan: Register = (prices, run) => {
  prices
    .command('plan')
    .argument('<files...>', 'requests as .json or .csv, see docs/prices.md')
    .description('what price changes would do; nothing is sent. Exit code 2 where one is refused')
    .option('--markdown', 'as Markdown, for a comment on a pull request')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs prices plan winter-sale.json
  asc-jobs prices plan prices/*.json --markdown > plan.md`,
    )
    .action(run(optionsSchema, plan));
};

/** Plans the requests of files and shows what they would do. */
export async function plan(
  context: Context,
  { markdown }: z.output<typeof optionsSchema>,
  files: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const answers: Previewed[] = [];
  for (const request of readRequests(files)) {
    const answer = await askForPlan(context, request);
    const effectPreview = answer.plan === undefined ? undefined : await previewEffect(context, answer.plan);
    answers.push({ ...answer, ...(effectPreview !== undefined && { effectPreview }) });
  }
  if (json) printJson(io, answers);
  else if (markdown) io.out(`${answers.map(asMarkdown).join('\n')}\n`);
  else
    io.out(
      `${answers.map((answer) => `${renderAnswer(context, answer)}${previewLine(answer)}`).join('\n\n')}\n`,
    );
  return exitCodeOf(answers.map(answerFinding));
}

type Previewed = Answer & { effectPreview?: EffectPreview };

const asMarkdown = ({
  plan,
  changeId = 'a request without a key',
  problems = [],
  effectPreview,
}: Previewed): string =>
  plan === undefined
    ? problemsMarkdown(changeId, problems)
    : `${planMarkdown(plan)}${effectPreview === undefined ? '' : `\n${effectPreview.words}\n`}`;

const previewLine = ({ effectPreview }: Previewed): string =>
  effectPreview === undefined ? '' : `\nMeasuring the effect: ${effectPreview.words}`;
