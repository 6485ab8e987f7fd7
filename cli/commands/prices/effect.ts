import * as z from 'zod';
import { publishedEvents } from '../../../functions/events/contract.ts';
import { type EffectPreview, effectPreviewSchema } from '../../../functions/events/effect-preview.ts';
import { describeRatio } from '../../../functions/platform/util/describe-ratio.ts';
import type { Plan } from '../../../functions/prices/plan/plan.ts';
import { movingEntries } from '../../../functions/prices/plan/plan-rendering.ts';
import type { Context, Register } from '../../context/context.ts';
import { chosenTeams, teamOption } from '../../options/team-option.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { plain, printJson, renderTable } from '../../terminal/table.ts';

const optionsSchema = z.object({ team: z.string().optional() });

const answerSchema = z.object({
  changes: z.array(
    z.object({
      team: z.string(),
      changeId: z.string(),
      changeDay: z.string().optional(),
      looks: z.array(
        z.object({
          lookDays: z.number(),
          dueOn: z.string(),
          state: z.enum(['measured', 'due-later', 'waiting']),
          reason: z.string().optional(),
          detail: publishedEvents['Price Effect Measured'].optional(),
        }),
      ),
    }),
  ),
});
type ChangeLooks = z.output<typeof answerSchema>['changes'][number];

export const registerPricesEffect: Register = (prices, run) => {
  prices
    .command('effect')
    .argument('<change>', 'the idempotency key of an applied price change')
    .description('what a price change did to sales, 7, 28 and 56 days after it')
    .addOption(teamOption())
    .addHelpText(
      'after',
      `
The changed territories are compared with those whose price stayed; docs/price-effects.md says how, and when nothing is told.
Exit codes: 0 measured or not due yet, 1 a look waits for reports, 3 there is no such applied change.

Examples:
  asc-jobs prices effect winter-sale-2026/pro-yearly
  asc-jobs prices effect winter-sale-2026/pro-yearly --team acme --json`,
    )
    .action(run(optionsSchema, effect));
};

async function effect(
  context: Context,
  { team }: z.output<typeof optionsSchema>,
  [changeId = '']: readonly string[],
): Promise<ExitCode> {
  const { io, json, aws } = context;
  const teams = chosenTeams(context, team);
  const functionName = await aws.output('MeasurePriceEffectsFunctionName');
  const found: ChangeLooks[] = [];
  for (const { name } of teams) {
    const answer = await aws.invoke(functionName, { change: { team: name, changeId } });
    found.push(...answerSchema.parse(answer).changes);
  }
  if (found.length === 0) {
    io.err(`There is no applied price change ${plain(changeId)}; see: asc-jobs prices status\n`);
    return EXIT.failed;
  }
  if (json) printJson(io, found);
  else io.out(`${found.map((change) => renderLooks(context, change)).join('\n\n')}\n`);
  const waits = found.some(({ looks }) => looks.some(({ state }) => state === 'waiting'));
  return waits ? EXIT.warning : EXIT.ok;
}

function renderLooks({ io }: Context, { changeId, changeDay, looks }: ChangeLooks): string {
  const head =
    changeDay === undefined
      ? `${plain(changeId)} moved no price.`
      : `${plain(changeId)}: new prices from ${changeDay} on`;
  const parts = looks.map(({ lookDays, state, dueOn, reason, detail }) => {
    if (detail === undefined)
      return `After ${lookDays} days: ${state === 'waiting' ? `waits: ${plain(reason ?? '')}` : `due on ${dueOn}`}`;
    const sentences = detail.measures.map(({ measure, words }) => `  ${measure}: ${plain(words)}`);
    const rows = detail.measures.flatMap(({ measure, sums }) =>
      sums === undefined
        ? []
        : [
            [
              measure,
              ...[sums.changedBefore, sums.changedAfter, sums.stayedBefore, sums.stayedAfter].map((units) =>
                units === undefined ? '–' : String(Math.round(units)),
              ),
            ],
          ],
    );
    const other = detail.measures.find(({ comparedWith }) => comparedWith !== undefined)?.comparedWith?.name;
    const compared = other === undefined ? 'stayed' : plain(other);
    const table =
      rows.length === 0
        ? []
        : [renderTable(io, ['counted', 'changed before', 'after', `${compared} before`, 'after'], rows)];
    return [
      `After ${lookDays} days (measured ${detail.measuredOn}${detail.version > 1 ? `, version ${detail.version}` : ''}):`,
      ...sentences,
      ...table,
      ...singleTerritories(io, detail.measures),
      ...detail.remarks.map((remark) => `  ${plain(remark)}`),
    ].join('\n');
  });
  return [head, ...parts].join('\n\n');
}

type Measures = z.output<(typeof publishedEvents)['Price Effect Measured']>['measures'];

/** The changed territories that sold enough to be told alone, a table over all measures. */
function singleTerritories(io: Context['io'], measures: Measures): string[] {
  const rows = measures.flatMap(({ measure, territories = [] }) =>
    territories.map(({ territory, ratio, low, high, outcome }) => [
      measure,
      territory,
      describeRatio(ratio),
      `${describeRatio(low)} to ${describeRatio(high)}`,
      outcome,
    ]),
  );
  return rows.length === 0
    ? []
    : [renderTable(io, ['alone', 'territory', 'difference', '90 % interval', 'word'], rows)];
}

/**
 * How large an effect of a planned change would show after 28 days, from the past alone. A deployment of an earlier version,
 * or a person who may not ask, gets the plan without it.
 */
export async function previewEffect({ aws, io }: Context, plan: Plan): Promise<EffectPreview | undefined> {
  const territories = movingEntries(plan)
    .filter(({ present }) => present !== null)
    .map(({ territory }) => territory);
  if (territories.length === 0) return undefined;
  try {
    const functionName = await aws.output('MeasurePriceEffectsFunctionName');
    const { team, product } = plan;
    return effectPreviewSchema.parse(
      await aws.invoke(functionName, { preview: { team, product, territories } }),
    );
  } catch (error) {
    io.err(
      `What could be told after this change is not known: ${plain(error instanceof Error ? error.message : String(error))}\n`,
    );
    return undefined;
  }
}
