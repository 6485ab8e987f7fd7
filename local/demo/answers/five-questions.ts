import { openLakeCopy } from '../../lake/open-tables.ts';
import type { CheckList } from '../check-list.ts';
import { renderRows } from '../partition-table.ts';
import { MEASURED_CHANGE, SIMULATED_SHARE } from './effect-play.ts';

/** Questions as people ask them, each answered by one query over the models. */
const QUESTIONS: readonly { question: string; sql: string }[] = [
  {
    question: 'What did each app earn in the last seven days, in the currencies of most units?',
    sql: `WITH days AS (SELECT max(report_date) AS newest FROM sales_daily),
      sums AS (
        SELECT p.app_name AS app, s.currency_of_proceeds AS currency, sum(s.units_sold) AS units, sum(s.proceeds) AS proceeds
        FROM sales_daily AS s
        JOIN products AS p ON p.team = s.team AND p.product_id = s.product_id
        CROSS JOIN days
        WHERE s.report_date > days.newest - 7 GROUP BY ALL HAVING sum(s.proceeds) > 0
      ), largest AS (SELECT currency FROM sums GROUP BY currency ORDER BY sum(units) DESC, currency LIMIT 2)
      SELECT app, currency, units::INTEGER AS units, proceeds::DECIMAL(18,2) AS proceeds
      FROM sums JOIN largest USING (currency) ORDER BY currency, proceeds DESC`,
  },
  {
    question: 'Which country brings most in euros, and how has it moved against the week before?',
    sql: `WITH days AS (SELECT max(report_date) AS newest FROM sales_daily)
      SELECT t.territory_long AS country,
        sum(CASE WHEN report_date > newest - 7 THEN proceeds ELSE 0 END)::DECIMAL(18,2) AS "last 7 days",
        sum(CASE WHEN report_date <= newest - 7 THEN proceeds ELSE 0 END)::DECIMAL(18,2) AS "7 days before"
      FROM sales_daily JOIN territories AS t USING (country_code) CROSS JOIN days
      WHERE report_date > newest - 14 AND currency_of_proceeds = 'EUR' GROUP BY ALL ORDER BY 2 DESC`,
  },
  {
    question: 'What is refunded most often?',
    sql: `SELECT p.name AS product, sum(s.units_refunded)::INTEGER AS refunded, sum(s.units_sold)::INTEGER AS sold,
        round(100 * sum(s.units_refunded)::DOUBLE / sum(s.units_sold)::DOUBLE, 2) AS "%"
      FROM sales_daily AS s JOIN products AS p ON p.team = s.team AND p.product_id = s.product_id
      GROUP BY ALL HAVING sum(s.units_refunded) > 0 ORDER BY 4 DESC LIMIT 3`,
  },
  {
    question: 'How many pay for a subscription, and how many try it?',
    sql: `WITH days AS (SELECT max(report_date) AS newest FROM subscriptions_daily)
      SELECT subscription_name AS subscription, report_date::VARCHAR AS day, sum(active_paid)::INTEGER AS paid,
        sum(active_all - active_paid)::INTEGER AS trials
      FROM subscriptions_daily CROSS JOIN days
      WHERE report_date IN (newest, newest - 7) GROUP BY ALL ORDER BY 1, 2`,
  },
  {
    question: `What did the price change ${MEASURED_CHANGE} do? (in the simulator ${Math.round(100 * (1 - SIMULATED_SHARE))} % fewer buy)`,
    sql: `SELECT measure, outcome, coalesce(round(low, 2)::VARCHAR || ' to ' || round(high, 2)::VARCHAR, '') AS "90 % interval", words
      FROM price_effects WHERE change_id = '${MEASURED_CHANGE}' ORDER BY measure DESC`,
  },
];

/** Asks five questions of a copy of the lake, and shows what DuckDB answers. */
export async function askFiveQuestions(
  lake: string,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<void> {
  const { ask } = await openLakeCopy(lake);
  say('\nFive questions, answered from the models by DuckDB:');
  let answered = 0;
  for (const [index, { question, sql }] of QUESTIONS.entries()) {
    const rows = await ask(sql);
    answered += rows.length > 0 ? 1 : 0;
    say(`\n${index + 1}. ${question}`);
    say(index < QUESTIONS.length - 1 ? renderRows(rows) : rows.map(sentence).join('\n'));
  }
  checks.check('five questions were answered from the models', answered === QUESTIONS.length, `${answered}`);
  const [units] = await ask(
    `SELECT low::DOUBLE AS low, high::DOUBLE AS high FROM price_effects WHERE change_id = '${MEASURED_CHANGE}' AND measure = 'units'`,
  );
  const [low, high] = [Number(units?.['low']), Number(units?.['high'])];
  checks.check(
    'the measured effect of the price change holds the true one',
    low <= SIMULATED_SHARE && SIMULATED_SHARE <= high,
    `${low} to ${high}`,
  );
}

const sentence = (row: Record<string, unknown>): string =>
  `   ${row['measure']}: ${row['outcome']}${row['90 % interval'] === '' ? '' : `, ${row['90 % interval']} of what was to be expected`}\n   ${row['words']}`;
