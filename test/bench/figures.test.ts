import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { left, right, selected, toMarkdown } from '../../bench/report/figures.ts';
import { PEERS_SECTION, replaceSection } from '../../bench/report/page-section.ts';

const figures = {
  caption: 'Speed',
  columns: [left('engine'), right('seconds')],
  rows: [
    ['ours', '0.32'],
    ['a|b', 2],
  ],
  notes: ['Median of three.'],
};

describe('Figures as Markdown', () => {
  it('are a heading, a table and what must be known', () => {
    assert.equal(
      toMarkdown(figures),
      [
        '### Speed',
        '',
        '| engine | seconds |',
        '| --- | ---: |',
        '| ours | 0.32 |',
        '| a\\|b | 2 |',
        '',
        '- Median of three.',
      ].join('\n'),
    );
  });

  it('end with the table where nothing must be known', () => {
    assert.ok(toMarkdown({ ...figures, notes: [] }).endsWith('| a\\|b | 2 |'));
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

  it('is marked in docs/benchmarks.md', () => {
    assert.match(
      replaceSection(readFileSync('docs/benchmarks.md', 'utf8'), PEERS_SECTION, 'new'),
      /\n\nnew\n\n/,
    );
  });
});
