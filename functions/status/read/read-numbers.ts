import type { NumbersLake, Question } from '../../numbers/answer.ts';
import { askNumbers } from '../../numbers/ask-numbers.ts';
import { NumbersError } from '../../numbers/errors.ts';
import { daysBefore } from '../../platform/util/time.ts';
import type { PageAnswer, StatusNumbers } from '../model/numbers.ts';
import type { SeriesStatus } from '../model/status.ts';
import { readEffects } from './read-effects.ts';

const TREND_DAYS = 56;
const LIST_DAYS = 28;
/** The newest day may be this much older than yesterday, and everything still be compared. */
const LATE_DAYS = 8;
/** The questions of the page read so many days back: the eight weeks of the trend and the eight before them. */
export const NUMBERS_DAYS = 2 * TREND_DAYS + LATE_DAYS;

/** The reports that the page reads numbers from. */
export const NUMBERS_REPORTS = ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY'] as const;

/**
 * What was earned, for the page.
 *
 * @param lake the tables of {@link NUMBERS_REPORTS}, as far as they are stored
 * @param series what the ledger knows, to tell a day without sales from one that is not there
 * @param from the first day whose tables are in `lake`: nothing is compared with days before it. Absent: all are
 */
export async function readNumbers(
  lake: NumbersLake,
  series: readonly SeriesStatus[],
  from?: string,
): Promise<StatusNumbers> {
  const sales = settledDays(series, 'SALES/SUMMARY/DAILY', from);
  const balances = settledDays(series, 'SUBSCRIPTION/SUMMARY/DAILY', from);
  const days = (count: number) => ({ span: { kind: 'days', days: count }, settled: sales }) as const;
  const day = await ask(lake, { measure: 'sales', by: 'currency', ...days(1) });
  const last = day?.period?.to;
  const month = { measure: 'sales', by: 'currency', span: { kind: 'month' }, settled: sales } as const;
  const weekBefore = last === undefined ? undefined : daysBefore(last, 7);
  const main = day?.rows[0]?.currency ?? undefined;
  const oneCurrency = main !== undefined && lake.has('rates_daily') ? main : undefined;
  const balance = { span: { kind: 'days', days: LIST_DAYS }, settled: balances } as const;
  return {
    ...defined({
      day,
      weekday:
        weekBefore === undefined
          ? undefined
          : await ask(lake, { measure: 'sales', by: 'currency', ...days(1), until: weekBefore }),
      month: await ask(lake, month),
      trend: await ask(lake, { measure: 'sales', by: 'currency', ...days(TREND_DAYS) }),
      apps: await ask(lake, { measure: 'sales', by: 'app', ...days(LIST_DAYS) }),
      products: await ask(lake, { measure: 'sales', by: 'product', ...days(LIST_DAYS) }),
      countries: await ask(lake, { measure: 'sales', by: 'country', ...days(LIST_DAYS) }),
      subscriptions: await ask(lake, { measure: 'subscriptions', by: 'product', ...balance }),
      mrr: await ask(lake, { measure: 'mrr', by: 'currency', ...balance }),
      ...(oneCurrency !== undefined && {
        dayInOne: await ask(lake, { measure: 'sales', by: 'app', ...days(1), currency: oneCurrency }),
        monthInOne: await ask(lake, { ...month, by: 'app', currency: oneCurrency }),
      }),
    }),
    effects: await readEffects(lake),
    names: await namesByKind(lake),
  };
}

/** `undefined` where nothing of its report is stored. */
async function ask(lake: NumbersLake, question: Question): Promise<PageAnswer | undefined> {
  try {
    const { period, before, rows, totals, missingRates, missingDays, notes } = await askNumbers(
      lake,
      question,
    );
    return { period, before, rows, totals: [...totals], missingRates, missingDays, notes };
  } catch (error) {
    if (error instanceof NumbersError) return undefined;
    throw error;
  }
}

function defined(answers: Record<string, PageAnswer | undefined>): Omit<StatusNumbers, 'names' | 'effects'> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([name, answer]) => (answer === undefined ? [] : [[name, answer]])),
  );
}

/** Days since `from` that every series of a report has, or is known to have nothing for; `undefined`: no such series. */
export function settledDays(
  series: readonly SeriesStatus[],
  report: string,
  from = '',
): ReadonlySet<string> | undefined {
  let settled: ReadonlySet<string> | undefined;
  for (const { days } of series.filter((status) => status.report === report)) {
    const others = settled;
    settled = new Set(
      days.flatMap(({ date, state }) =>
        date >= from &&
        (state === 'stored' || state === 'restated' || state === 'empty') &&
        (others?.has(date) ?? true)
          ? [date]
          : [],
      ),
    );
  }
  return settled;
}

/** How price changes call the kinds of the models. */
const KINDS: Readonly<Record<string, string>> = {
  app: 'app',
  subscription: 'subscription',
  purchase: 'inAppPurchase',
  non_renewing: 'inAppPurchase',
};

async function namesByKind({ ask: rows, has }: NumbersLake): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  if (has('subscription_lines'))
    for (const { id, name } of await rows(
      'SELECT subscription_id AS id, min(subscription_name) AS name FROM subscription_lines GROUP BY ALL',
    ))
      if (typeof name === 'string') names[`subscription/${id}`] = name;
  if (has('products'))
    for (const { id, kind, name } of await rows('SELECT product_id AS id, kind, name FROM products')) {
      const productKind = KINDS[String(kind)];
      if (productKind !== undefined && typeof name === 'string') names[`${productKind}/${id}`] = name;
    }
  return names;
}
