import type { NumbersAnswer } from '../../../functions/numbers/answer.ts';
import { askNumbers } from '../../../functions/numbers/ask-numbers.ts';
import type { By, MeasureName } from '../../../functions/numbers/measures.ts';
import { parseSpan, type Span } from '../../../functions/numbers/windows.ts';
import type { Context } from '../../context/context.ts';
import { chooseReviews } from '../../options/review-options.ts';
import { chooseSeries } from '../../options/series-options.ts';
import { readKnownDays, readNumbersLake } from './numbers-lake.ts';

const USUAL_SPAN: Readonly<Record<MeasureName, string>> = {
  sales: '30d',
  subscriptions: '30d',
  mrr: '30d',
  churn: '1m',
  refunds: '30d',
  finance: '1m',
  prices: '30d',
  reviews: '30d',
};

/** A question as the command and the tool for agents take it; what is absent is the usual. */
export type NumbersQuestion = {
  by?: By | undefined;
  last?: Span | undefined;
  until?: string | undefined;
  in?: string | undefined;
  team?: string | undefined;
  vendor?: string | undefined;
};

/** Copies what a question reads to this machine and answers it. Throws NumbersError and what the deployment answers. */
export async function answerNumbers(
  context: Context,
  measure: MeasureName,
  { by, last, until, in: currency, team, vendor }: NumbersQuestion,
): Promise<NumbersAnswer> {
  if (measure === 'reviews') chooseReviews(context.settings, { team, vendor });
  // Of a mistyped team or vendor nothing is stored, which is no answer.
  else if (team !== undefined || vendor !== undefined) chooseSeries(context.settings, { team, vendor });
  const span = last ?? parseSpan(USUAL_SPAN[measure]) ?? { kind: 'month' };
  const series = { team, vendor };
  const known = await readKnownDays(context, measure, series);
  const wanted = { span, until, known, series, rates: currency !== undefined };
  return askNumbers(await readNumbersLake(context, measure, wanted), {
    measure,
    by: by ?? (measure === 'prices' ? 'product' : 'app'),
    span,
    until,
    currency,
    settled: known?.settled,
  });
}
