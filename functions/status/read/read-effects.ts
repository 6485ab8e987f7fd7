import type { NumbersLake } from '../../numbers/answer.ts';
import type { EffectLook } from '../model/numbers.ts';

/** Price changes that are shown, those with the newest looks first. */
const MAXIMUM_CHANGES = 4;

/** The newest look at each price change, from the table `price_effects`; none where nothing was measured yet. */
export async function readEffects({ ask, has }: NumbersLake): Promise<EffectLook[]> {
  if (!has('price_effects')) return [];
  const rows =
    await ask(`SELECT team, change_id, product_kind, product_id, cast(change_day AS varchar) AS change_day,
      cast(look_days AS integer) AS look_days, cast(measured_on AS varchar) AS measured_on, measure, outcome, words
    FROM (SELECT *, max(look_days) OVER (PARTITION BY team, change_id) AS newest FROM price_effects) AS looks
    WHERE look_days = newest ORDER BY measured_on DESC, team, change_id, measure DESC`);
  const looks = Map.groupBy(rows, ({ team, change_id }) => JSON.stringify([team, change_id]));
  return [...looks.values()].slice(0, MAXIMUM_CHANGES).flatMap((measures) => {
    const [first] = measures;
    if (first === undefined) return [];
    const text = (row: Record<string, unknown>, name: string): string => String(row[name] ?? '');
    return [
      {
        team: text(first, 'team'),
        changeId: text(first, 'change_id'),
        product: { kind: text(first, 'product_kind'), id: text(first, 'product_id') },
        changeDay: text(first, 'change_day'),
        lookDays: Number(first['look_days']),
        measuredOn: text(first, 'measured_on'),
        measures: measures.map((row) => ({
          measure: text(row, 'measure'),
          outcome: text(row, 'outcome'),
          words: text(row, 'words'),
        })),
      },
    ];
  });
}
