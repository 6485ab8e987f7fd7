import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CATALOGUE, type CatalogueEntry } from '../../../functions/reports/catalogue/catalogue.ts';

const [, section = ''] =
  /^## What arrives when\n([\s\S]*?)^## /m.exec(readFileSync('docs/reports.md', 'utf8')) ?? [];
const rows = [...section.matchAll(/^\| (`.+) \|$/gm)].map(([, row = '']) => row.split(' | '));

/** Names in backticks; `INSTALLS/…/YEARLY` stands for each of the words behind it, `FINANCIAL/<region>` for every region. */
function namesOf(cell: string): string[] {
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const at = names.findIndex((name) => name.includes('…'));
  return at < 0
    ? names
    : [...names.slice(0, at), ...names.slice(at + 1).map((word) => (names[at] ?? '').replace('…', word))];
}

const rowOf = ({ name }: CatalogueEntry): string[] | undefined =>
  rows.find(([cell = '']) => namesOf(cell).includes(name.replace(/^FINANCIAL\/\w+$/, 'FINANCIAL/<region>')));

const lengthOf = (hours: number): string => (hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`);

/** What the page has to say of a report: when "no sales" is final, when it is overdue, how long it is kept. */
const expectedOf = ({
  noSalesFinalAfterHours: final,
  overdueAfterHours,
  keptDays,
  frequency,
}: CatalogueEntry) => [
  final === 0 ? 'when it is due' : `${lengthOf(final)} later`,
  `${lengthOf(overdueAfterHours)} after`,
  frequency === 'FISCAL_MONTHLY' ? 'not documented' : keptDays === 3650 ? 'ten years' : `${keptDays} days`,
];

describe('The table of what arrives when', () => {
  it('has every report that there is, and no other', () => {
    const named = rows.flatMap(([cell = '']) => namesOf(cell));
    const known = CATALOGUE.map(({ name }) => name.replace(/^FINANCIAL\/\w+$/, 'FINANCIAL/<region>'));
    assert.deepEqual(named.toSorted(), [...new Set(known)].toSorted());
  });

  it('says when each is final and overdue, and how long Apple keeps it', () => {
    for (const entry of CATALOGUE) assert.deepEqual(rowOf(entry)?.slice(3), expectedOf(entry), entry.name);
  });
});
