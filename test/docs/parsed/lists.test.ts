import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { PRICE_MOVE_KINDS } from '../../../functions/events/price-move.ts';
import { settingsSchema } from '../../../functions/platform/config/settings-schema.ts';
import { CAMPAIGN_STATES } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { CSV_COLUMNS } from '../../../functions/prices/request/price-file.ts';
import { CHANGE_STATES } from '../../../functions/prices/store/change-record.ts';
import { PARTITION_STATES } from '../../../functions/reports/partition/ledger-item.ts';
import { REVIEW_COLUMNS } from '../../../functions/reports/reviews/names/review-columns.ts';
import { OWN_TABLES } from '../../../functions/tables/own-table.ts';
import { WAREHOUSES } from '../../../functions/warehouse/dialects.ts';

/** What stands under a heading of a page, up to the next one of the same depth or above. */
function sectionOf(page: string, heading: string): string {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  const [, depth = '', rest = ''] = new RegExp(`^(#+) ${heading}\\n([\\s\\S]*)`, 'm').exec(text) ?? [];
  assert.notEqual(depth, '', `${page} has no heading ${heading}`);
  return rest.split(new RegExp(`^#{1,${depth.length}} `, 'm'))[0] ?? '';
}

/** The words in backticks in the first column of the tables of a text. */
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| ([^|]*) \|.*\n(?!\| ?:?---)/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word),
  );

const { prices } = settingsSchema.shape.teams.element.shape;
/** They have a page of their own. */
const ELSEWHERE = ['effectComparisons'];

/** A list that a page has to give whole: where it stands, what is named there, and what there is. */
const LISTS: readonly { name: string; named: readonly string[]; all: readonly string[] }[] = [
  {
    name: 'states of a report date',
    named: firstColumn(sectionOf('reports', 'What each state means')),
    all: PARTITION_STATES,
  },
  {
    name: 'states of a price change',
    named: CHANGE_STATES.filter((state) =>
      new RegExp(`\\b${state}\\b`).test(
        /```text\n([\s\S]*?)```/.exec(sectionOf('prices', 'What happens then'))?.[1] ?? '',
      ),
    ),
    all: CHANGE_STATES,
  },
  {
    name: 'states of a campaign',
    named: CAMPAIGN_STATES.filter((state) =>
      new RegExp(`\\b${state}\\b`).test(sectionOf('campaigns', 'What happens then')),
    ),
    all: CAMPAIGN_STATES,
  },
  {
    name: 'limits and other settings of prices',
    named: [...sectionOf('prices', 'Limits and approval').matchAll(/^\| (.*?)(?:: |\. | \()/gm)].flatMap(
      ([, cell = '']) => [...cell.matchAll(/`(\w+)/g)].map(([, word = '']) => word),
    ),
    all: Object.keys(prices.unwrap().shape).filter((name) => !ELSEWHERE.includes(name)),
  },
  {
    name: 'columns of a CSV file of prices',
    named: CSV_COLUMNS.filter((column) => new RegExp(`\\b${column}\\b`).test(sectionOf('prices', 'Files'))),
    all: CSV_COLUMNS,
  },
  {
    name: 'kinds of what Apple moves',
    named: firstColumn(sectionOf('standing-prices', 'What Apple moves by itself')),
    all: PRICE_MOVE_KINDS,
  },
  {
    name: 'tables that this product fills itself',
    named: OWN_TABLES.map(({ name }) => name).filter((name) =>
      readFileSync('docs/warehouses.md', 'utf8').includes(`\`${name}\``),
    ),
    all: OWN_TABLES.map(({ name }) => name),
  },
  {
    name: 'warehouses',
    named: firstColumn(readFileSync('docs/warehouses.md', 'utf8')),
    all: WAREHOUSES,
  },
  {
    name: 'columns of reviews',
    named: REVIEW_COLUMNS.map(({ name }) => name).filter((name) =>
      sectionOf('reviews', 'What is stored').includes(`\`${name}\``),
    ),
    all: REVIEW_COLUMNS.map(({ name }) => name),
  },
];

describe('Lists in the documents are whole', () => {
  for (const { name, named, all } of LISTS)
    it(name, () => assert.deepEqual([...new Set(named)].toSorted(), [...all].toSorted()));
});
