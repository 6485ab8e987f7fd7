import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  FIGURES_NAMES,
  type Figures,
  type FiguresName,
  left,
  right,
  selected,
  toMarkdown,
} from '../../bench/report/figures.ts';
import {
  agesOfFigures,
  hashOfSources,
  MEASUREMENTS,
  sourcesMark,
} from '../../bench/report/figures-sources.ts';
import { goalLine } from '../../bench/report/goals.ts';
import { replaceSection, sectionOf } from '../../bench/report/page-section.ts';

const figures: Figures = {
  name: 'conversion',
  caption: 'Speed',
  columns: [left('engine'), right('seconds')],
  rows: [
    ['ours', '0.32'],
    ['a|b', 2],
  ],
  notes: ['Median of three.'],
};

describe('A goal under a table', () => {
  it('says by which numbers it is met or missed, and is kept where it is missed', () => {
    const missed: string[] = [];
    assert.equal(goalLine('A is fast', true, '1.1 s', missed), 'Goal: A is fast. Met: 1.1 s.');
    assert.equal(goalLine('B is fast', false, '9.1 s', missed), 'Goal: B is fast. Missed: 9.1 s.');
    assert.deepEqual(missed, ['B is fast: 9.1 s']);
  });
});

describe('Figures as Markdown', () => {
  it('are a heading, a table and what must be known', () => {
    assert.equal(
      toMarkdown(figures, 'Measured on a Sunday.'),
      [
        '### Speed',
        '',
        '| engine | seconds |',
        '| --- | ---: |',
        '| ours | 0.32 |',
        '| a\\|b | 2 |',
        '',
        '- Measured on a Sunday.',
        '- Median of three.',
      ].join('\n'),
    );
  });

  it('say when they were measured, where nothing else must be known', () => {
    assert.ok(
      toMarkdown({ ...figures, notes: [] }, 'Measured on a Sunday.').endsWith('\n\n- Measured on a Sunday.'),
    );
  });
});

describe('Some columns of figures', () => {
  it('are picked by name, in the order asked for', () => {
    const { columns, rows } = selected(figures, ['seconds', 'engine']);
    assert.deepEqual(columns, [right('seconds'), left('engine')]);
    assert.deepEqual(rows, [
      ['0.32', 'ours'],
      [2, 'a|b'],
    ]);
  });

  it('must be there', () => {
    assert.throws(() => selected(figures, ['engine', 'hours']), /Speed has no column hours/);
  });
});

describe('The written part of a page', () => {
  const section = { from: '<!-- from -->', to: '<!-- to -->' };
  const page = 'By hand.\n\n<!-- from -->\n\nold\n\n<!-- to -->\n\nBy hand, too.\n';

  it('is replaced, and nothing else', () => {
    const written = replaceSection(page, section, 'new $& figures\n');
    assert.equal(written, 'By hand.\n\n<!-- from -->\n\nnew $& figures\n\n<!-- to -->\n\nBy hand, too.\n');
    assert.equal(replaceSection(written, section, 'new $& figures\n'), written);
  });

  it('must be marked once, and in order', () => {
    assert.throws(() => replaceSection('no markers', section, 'new'), /<!-- from --> 0 times/);
    assert.throws(() => replaceSection(page + page, section, 'new'), /<!-- from --> 2 times/);
    assert.throws(() => replaceSection('<!-- to --><!-- from -->', section, 'new'), /before/);
  });

  for (const name of FIGURES_NAMES) {
    it(`is marked in docs/benchmarks.md for ${name}, around this table alone`, () => {
      const before = readFileSync('docs/benchmarks.md', 'utf8');
      const written = replaceSection(before, sectionOf(name), 'new');
      assert.match(written, /\n\nnew\n\n/);
      const headings = (page: string) => page.match(/^#+ .*$/gm) ?? [];
      assert.equal(headings(written).length, headings(before).length - 1);
    });
  }
});

describe('The age of measured figures', () => {
  const part = (name: FiguresName, mark: string): string =>
    `${sectionOf(name).from}\n\n- Measured on 1 May 2026 with Node\n\n${mark}\n\n${sectionOf(name).to}`;

  it('is told by the sources that they came from', () => {
    const page = FIGURES_NAMES.map((name) =>
      part(name, name === 'minting' ? '' : sourcesMark(`of ${name}`)),
    ).join('\n');
    const ages = agesOfFigures(page, (name) => (name === 'prices' ? 'changed' : `of ${name}`));
    assert.deepEqual(
      ages.filter(({ stale }) => stale).map(({ name }) => name),
      ['minting', 'prices'],
    );
    assert.ok(ages.every(({ measured }) => measured === '1 May 2026'));
  });

  it('changes with a file, and every table has sources and a date', (context) => {
    assert.notEqual(hashOfSources(MEASUREMENTS.minting), hashOfSources(MEASUREMENTS.conversion));
    for (const { name, measured, stale, command } of agesOfFigures(
      readFileSync('docs/benchmarks.md', 'utf8'),
    )) {
      assert.notEqual(measured, 'unknown', name);
      if (stale) context.diagnostic(`docs/benchmarks.md: ${name} is older than its sources; ${command}`);
    }
  });
});
