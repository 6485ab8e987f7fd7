import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openSmallLake } from './small-lake.ts';

const APP = '1001';
const seen = (
  review_id: string,
  version: string,
  created_day: string,
  rating: string,
  more: Record<string, string> = {},
) => ({
  team: 'acme',
  app: APP,
  report_date: created_day,
  review_id,
  version,
  change: version === '1' ? 'new' : 'edited',
  seen_at: `${created_day}T1${version}:00:00.000Z`,
  created_at: `${created_day}T10:00:00.000Z`,
  created_day,
  rating,
  title: `Title ${review_id}`,
  territory: 'DEU',
  ...more,
});

function gone(review_id: string, version: string, created_day: string, report_date: string) {
  const {
    rating: _rating,
    title: _title,
    territory: _territory,
    ...rest
  } = seen(review_id, version, created_day, '');
  return { ...rest, report_date, change: 'gone' };
}

const sold = (report_date: string, version: string, more: Record<string, string> = {}) => ({
  team: 'acme',
  vendor: '8',
  report_date,
  apple_identifier: `${APP} `,
  sku: 'com.ex.app',
  title: 'Tide',
  product_type_identifier: '1F',
  units: '1',
  version,
  ...more,
});

describe('Reviews', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake({
      customer_reviews: [
        seen('a', '1', '2026-11-20', '1'),
        seen('a', '2', '2026-11-20', '4', { title: 'Better', response_id: 'x', response_body: 'Thanks' }),
        seen('b', '1', '2026-11-20', '2'),
        seen('c', '1', '2026-11-25', '5'),
        // Gone, and seen so on a later day: the row has nothing but the id and the date.
        gone('c', '2', '2026-11-25', '2026-11-29'),
        // Gone and back.
        gone('d', '2', '2026-11-25', '2026-11-25'),
        seen('d', '3', '2026-11-25', '5', { change: 'back', territory: 'XKS' }),
        seen('d', '1', '2026-11-25', '5', { territory: 'XKS' }),
        // The same id at another app is another review.
        { ...seen('a', '1', '2026-11-20', '3'), app: '2002' },
      ],
      sales_summary_daily: [
        sold('2026-11-10', '1.0'),
        sold('2026-11-18', '1.1'),
        sold('2026-11-22', '1.0'),
        sold('2026-11-24', '2.0', { product_type_identifier: '7F' }),
        // A purchase has no version of its own, a redownload may be of any.
        sold('2026-11-19', '9.9', { product_type_identifier: '3F' }),
        sold('2026-11-19', '', {
          apple_identifier: '77',
          sku: 'pro',
          product_type_identifier: 'IAY',
          parent_identifier: 'com.ex.app',
        }),
      ],
      price_changes: [
        {
          team: 'acme',
          change_id: 'early',
          product_id: '77',
          territory: 'DEU',
          effective_day: '2026-11-12',
          price_before: '3.99',
          price_after: '4.99',
          currency: 'EUR',
        },
        {
          team: 'acme',
          change_id: 'rise',
          product_id: '77',
          territory: 'DEU',
          effective_day: '2026-11-21',
          price_before: '4.99',
          price_after: '6.99',
          currency: 'EUR',
        },
        {
          team: 'acme',
          change_id: 'other-app',
          product_id: '88',
          territory: 'XKS',
          effective_day: '2026-11-21',
          price_before: '1',
          price_after: '2',
          currency: 'EUR',
        },
      ],
    });
  });

  it('are shown as they were last seen, with the stars they began with', async () => {
    assert.deepEqual(
      await ask(
        `SELECT review_id, rating, first_rating, versions, title, is_answered FROM reviews_latest WHERE app_id = '${APP}' ORDER BY review_id`,
      ),
      [
        { review_id: 'a', rating: '4', first_rating: '1', versions: '2', title: 'Better', is_answered: true },
        {
          review_id: 'b',
          rating: '2',
          first_rating: '2',
          versions: '1',
          title: 'Title b',
          is_answered: false,
        },
        {
          review_id: 'c',
          rating: '5',
          first_rating: '5',
          versions: '2',
          title: 'Title c',
          is_answered: false,
        },
        {
          review_id: 'd',
          rating: '5',
          first_rating: '5',
          versions: '3',
          title: 'Title d',
          is_answered: false,
        },
      ],
    );
  });

  it('that Apple has no more stay as they were last seen, and say so', async () => {
    assert.deepEqual(
      await ask(
        `SELECT review_id, rating, territory, is_gone, gone_seen_at FROM reviews_latest WHERE app_id = '${APP}' AND review_id IN ('b', 'c', 'd') ORDER BY review_id`,
      ),
      [
        { review_id: 'b', rating: '2', territory: 'DEU', is_gone: false, gone_seen_at: null },
        {
          review_id: 'c',
          rating: '5',
          territory: 'DEU',
          is_gone: true,
          gone_seen_at: '2026-11-25T12:00:00.000Z',
        },
        { review_id: 'd', rating: '5', territory: 'XKS', is_gone: false, gone_seen_at: null },
      ],
    );
    assert.deepEqual(
      await ask(
        `SELECT sum(gone) AS gone, sum(reviews) AS reviews FROM reviews_daily WHERE app_id = '${APP}'`,
      ),
      [{ gone: '1', reviews: '4' }],
    );
  });

  it('are counted by stars, each once', async () => {
    assert.deepEqual(
      await ask(
        `SELECT created_day, country_code, reviews, stars_2, stars_4, stars_5, stars, answered FROM reviews_daily WHERE app_id = '${APP}' ORDER BY created_day, country_code`,
      ),
      [
        {
          created_day: '2026-11-20',
          country_code: 'DE',
          reviews: '2',
          stars_2: '1',
          stars_4: '1',
          stars_5: '0',
          stars: '6',
          answered: '1',
        },
        {
          created_day: '2026-11-25',
          country_code: 'DE',
          reviews: '1',
          stars_2: '0',
          stars_4: '0',
          stars_5: '1',
          stars: '5',
          answered: '0',
        },
        {
          created_day: '2026-11-25',
          country_code: 'XK',
          reviews: '1',
          stars_2: '0',
          stars_4: '0',
          stars_5: '1',
          stars: '5',
          answered: '0',
        },
      ],
    );
  });

  it('stand beside the newest version of their day and the last price change before them', async () => {
    assert.deepEqual(
      await ask(
        `SELECT review_id, newest_version, version_day, price_change_id, price_change_day, price_after, app_name FROM reviews_in_context WHERE app_id = '${APP}' ORDER BY review_id`,
      ),
      [
        {
          review_id: 'a',
          newest_version: '1.1',
          version_day: '2026-11-18',
          price_change_id: 'early',
          price_change_day: '2026-11-12',
          price_after: '4.990000',
          app_name: 'Tide',
        },
        {
          review_id: 'b',
          newest_version: '1.1',
          version_day: '2026-11-18',
          price_change_id: 'early',
          price_change_day: '2026-11-12',
          price_after: '4.990000',
          app_name: 'Tide',
        },
        {
          review_id: 'c',
          newest_version: '2.0',
          version_day: '2026-11-24',
          price_change_id: 'rise',
          price_change_day: '2026-11-21',
          price_after: '6.990000',
          app_name: 'Tide',
        },
        {
          review_id: 'd',
          newest_version: '2.0',
          version_day: '2026-11-24',
          price_change_id: null,
          price_change_day: null,
          price_after: null,
          app_name: 'Tide',
        },
      ],
      'another app’s price, and a version that was only downloaded again, are none of it',
    );
  });
});
