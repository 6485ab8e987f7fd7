import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Status } from '../../functions/status/model/status.ts';
import { statusSchema } from '../../functions/status/model/status.ts';
import { renderPage } from '../../functions/status/render-page.ts';
import { HOSTILE } from './sample/base.ts';
import { movedDay } from './sample/moves.ts';
import { sampleStatus } from './sample/status.ts';

const page = (appleMoves: Status['appleMoves'], view: 'prices' | 'overview' = 'prices'): string =>
  renderPage({ ...sampleStatus(), appleMoves }, { view }).replaceAll(/<\/?(bdi|b|span)[^>]*>/g, '');
const of = (...days: ReturnType<typeof movedDay>[]) => ({ days, unreadable: [] });

describe('What Apple moved by itself, on the page', () => {
  it('stands by day and product, the largest movement first, with what it means', () => {
    const text = page(of(movedDay('2026-11-23')));
    assert.match(text, /What Apple moved by itself[\s\S]*Mon 23 Nov compared with Sun 22 Nov/);
    assert.match(text, /Bulgaria \(BGR\) changed its currency from BGN to EUR/);
    assert.match(text, /Proceeds changed<\/td><td>Kazakhstan \(KAZ\), Mauritius \(MUS\)<\/td>/);
    assert.match(text, /6\.99 of 9\.99 USD<\/td><td>5\.94 of 9\.99 USD<\/td><td>▼down by 20 %/);
    assert.match(text, /Proceeds changed\. The price is the same[^<]*most likely a tax/);
    assert.match(text, /asc-jobs prices moves --last 30d/);
    assert.ok(!text.includes(HOSTILE));
  });

  it('folds many territories, and says how many are not listed', () => {
    const { appleMoves } = sampleStatus();
    const text = page(of(...(appleMoves?.days.slice(1) ?? [])));
    assert.match(text, /<summary>70 territories<\/summary>/);
    assert.match(text, /and 10 more/);
  });

  it('is not there where nothing moved, nor in a snapshot of the version before', () => {
    for (const none of [of(), undefined]) {
      assert.doesNotMatch(page(none), /Apple moved/);
      assert.doesNotMatch(page(none, 'overview'), /Apple moved/);
    }
  });

  it('is one line of the overview', () => {
    assert.match(page(of(movedDay('2026-11-23')), 'overview'), /Apple moved 1 product by itself on 23 Nov/);
    assert.match(
      page(of(movedDay('2026-11-23', [])), 'overview'),
      /Apple moved 1 storefront by itself on 23 Nov/,
    );
  });

  it('names a day that this version cannot read', () => {
    assert.match(
      page({ days: [], unreadable: ['audit/apple-moves/acme/2026-11-23.json'] }),
      /This version cannot read <code>audit\/apple-moves/,
    );
  });

  it('can be kept as JSON with the rest of the status', () => {
    const status = sampleStatus();
    assert.deepEqual(statusSchema.parse(JSON.parse(JSON.stringify(status))).appleMoves, status.appleMoves);
  });
});
