import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  canonicalJson,
  fingerprintOf,
  parsePriceRequest,
} from '../../../functions/prices/request/price-request.ts';

const good = {
  idempotencyKey: 'winter-sale-2026/pro-yearly',
  team: 'acme',
  product: { kind: 'subscription', id: '6448311069' },
  prices: { USA: '49.99' },
  requestedBy: 'cfo@acme.example',
};

const parse = (changes: Record<string, unknown>) => parsePriceRequest({ ...good, ...changes });
const request = (changes: Record<string, unknown> = {}) => {
  const parsed = parse(changes);
  if (parsed.kind === 'rejected') throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};
/** The problems of a request as `path: message`. */
const problems = (changes: Record<string, unknown>): string[] => {
  const parsed = parse(changes);
  return parsed.kind === 'rejected' ? parsed.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};
const paths = (changes: Record<string, unknown>): string[] =>
  problems(changes).map((problem) => problem.slice(0, problem.indexOf(':')));

describe('A price request', () => {
  it('may be as short as this', () => {
    assert.deepEqual(request(), { ...good, dryRun: false });
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    [
      'no key',
      { idempotencyKey: undefined },
      /^idempotencyKey: is missing; give each change a name of its own/,
    ],
    ['an empty key', { idempotencyKey: '' }, /^idempotencyKey: must be 1 to 128 printable/],
    ['a key of 129', { idempotencyKey: 'k'.repeat(129) }, /^idempotencyKey: must be 1 to 128/],
    ['a key with a line break', { idempotencyKey: 'a\nb' }, /^idempotencyKey: must be 1 to 128 printable/],
    ['a key that ends in a space', { idempotencyKey: 'a ' }, /^idempotencyKey:/],
    ['no team', { team: undefined }, /^team: is missing; name a team of the settings/],
    ['nobody who asks', { requestedBy: '' }, /^requestedBy:/],
    [
      'another kind',
      { product: { kind: 'bundle', id: '1' } },
      /^product\.kind: must be one of subscription, inAppPurchase, app/,
    ],
    [
      'a product ID of one’s own',
      { product: { kind: 'app', id: 'com.acme.pro' } },
      /^product\.id: must be Apple's number/,
    ],
    [
      'a number without quotes',
      { product: { kind: 'app', id: 5 } },
      /^product\.id: must be Apple's number of the product, in quotes/,
    ],
    [
      'a plan of an app',
      { product: { kind: 'app', id: '1', plan: 'MONTHLY' } },
      /^product\.plan: is for subscriptions only/,
    ],
    [
      'a plan nobody has',
      { product: { kind: 'subscription', id: '1', plan: 'WEEKLY' } },
      /^product\.plan: must be UPFRONT or MONTHLY/,
    ],
    [
      'a price without quotes',
      { prices: { USA: 49.99 } },
      /^prices\.USA: must be text in quotes, such as "49\.99"/,
    ],
    ['a price with a comma', { prices: { USA: '49,99' } }, /^prices\.USA: must be a plain decimal number/],
    ['a price with a sign', { prices: { USA: '-1' } }, /^prices\.USA: must be a plain decimal number/],
    [
      'a territory of two letters',
      { prices: { US: '49.99' } },
      /^prices\.US: must be a territory of three capitals/,
    ],
    ['no territory', { prices: {} }, /^prices: must name at least one territory/],
    [
      'no prices',
      { prices: undefined },
      /^prices: exactly one of prices, equalizeFrom, index and percent says the prices; none/,
    ],
    [
      'a base that is excepted',
      { prices: undefined, equalizeFrom: { territory: 'USA', price: '1', except: ['USA'] } },
      /^equalizeFrom\.except\.0: USA is the base/,
    ],
    [
      'an exception twice',
      { prices: undefined, equalizeFrom: { territory: 'USA', price: '1', except: ['CHN', 'CHN'] } },
      /^equalizeFrom\.except\.1: CHN is named twice/,
    ],
    [
      'excepted and overridden',
      {
        prices: undefined,
        equalizeFrom: { territory: 'USA', price: '1', except: ['IND'], overrides: { IND: '9' } },
      },
      /^equalizeFrom\.except\.0: IND is excepted and overridden; choose one/,
    ],
    [
      'an overridden base',
      { prices: undefined, equalizeFrom: { territory: 'USA', price: '1', overrides: { USA: '9' } } },
      /^equalizeFrom\.overrides\.USA: is the base itself/,
    ],
    [
      'a factor for the base',
      { prices: undefined, index: { territory: 'USA', price: '1', factors: { USA: 0.5 } } },
      /^index\.factors\.USA: is the base itself/,
    ],
    [
      'a factor out of bounds',
      { prices: undefined, index: { territory: 'USA', price: '1', factors: { IND: 0 } } },
      /^index\.factors\.IND: must be at least 0\.01/,
    ],
    [
      'no factor',
      { prices: undefined, index: { territory: 'USA', price: '1', factors: {} } },
      /^index\.factors: must name at least one territory/,
    ],
    [
      'a rounding nobody knows',
      { prices: undefined, index: { territory: 'USA', price: '1', factors: { IND: 1 }, rounding: 'even' } },
      /^index\.rounding: must be nearest, down or up/,
    ],
    [
      'an ending that is no digits',
      { prices: undefined, index: { territory: 'USA', price: '1', factors: { IND: 1 }, endings: ['.xx'] } },
      /^index\.endings\.0: must be digits such as "\.99"/,
    ],
    [
      'a day that is none',
      { startDate: '2026-02-30' },
      /^startDate: must be a day such as 2026-12-01, or "now"/,
    ],
    ['a moment for a day', { startDate: '2026-12-01T00:00:00Z' }, /^startDate: must be a day/],
    ['yes for true', { preserveCurrentPrice: 'yes' }, /^preserveCurrentPrice: must be true or false/],
    [
      'subscribers of an app',
      { product: { kind: 'app', id: '1' }, preserveCurrentPrice: true },
      /^preserveCurrentPrice: is for subscriptions only/,
    ],
    ['a deadline without a zone', { notAfter: '2026-12-01T00:00:00' }, /^notAfter: must be a moment such as/],
    ['a misspelt field', { startdate: 'now' }, /^startdate: is not part of a price change/],
    [
      'a misspelt limit',
      { limits: { maxIncrease: 3 } },
      /^limits\.maxIncrease: is not part of a price change/,
    ],
  ];
  for (const [name, changes, message] of wrong) {
    it(`is refused with ${name}, and nothing else is said`, () => {
      const found = problems(changes);
      assert.match(found[0] ?? '', message);
      assert.equal(found.length, 1, found.join('\n'));
    });
  }

  it('is told everything that is wrong at once, also how its parts fit together', () => {
    assert.deepEqual(
      paths({
        idempotencyKey: undefined,
        team: 7,
        product: { kind: 'app', id: 'x', plan: 'MONTHLY' },
        prices: { usa: '1', FRA: 1 },
        equalizeFrom: { territory: 'USA', price: '1', except: ['USA'], overrides: { USA: '1' }, base: 1 },
        startDate: 'soon',
        preserveCurrentPrice: true,
        colour: 'red',
      }).toSorted(),
      [
        'colour',
        'equalizeFrom',
        'equalizeFrom.base',
        'equalizeFrom.except.0',
        'equalizeFrom.except.0',
        'equalizeFrom.overrides.USA',
        'idempotencyKey',
        'preserveCurrentPrice',
        'prices.FRA',
        'prices.usa',
        'product.id',
        'product.plan',
        'startDate',
        'team',
      ],
    );
  });

  it('is no text, number or list', () => {
    for (const json of ['prices', 7, null, undefined, []]) {
      const parsed = parsePriceRequest(json);
      assert.ok(parsed.kind === 'rejected' && parsed.problems[0]?.path === '(request)', String(json));
    }
  });

  it('survives anything that JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const parsed = parsePriceRequest(json);
        assert.ok(parsed.kind === 'ok' || parsed.problems.length > 0);
      }),
    );
  });
});

describe('The fingerprint of a request', () => {
  it('does not depend on the order of fields, nor on what is left out by default', () => {
    const reordered = Object.fromEntries(Object.entries(good).toReversed());
    assert.equal(fingerprintOf(request()), fingerprintOf(request(reordered)));
    assert.equal(fingerprintOf(request({ dryRun: false, reason: undefined })), fingerprintOf(request()));
  });

  it('is the same for a dry run and the change itself', () => {
    assert.equal(fingerprintOf(request({ dryRun: true })), fingerprintOf(request()));
  });

  it('is the same where the usual plan is named', () => {
    const named = request({ product: { ...good.product, plan: 'UPFRONT' } });
    assert.equal(fingerprintOf(named), fingerprintOf(request()));
  });

  it('is another one for every other request', () => {
    const others = [
      {},
      { prices: { USA: '49.99', FRA: '49.99' } },
      { prices: { FRA: '49.99' } },
      { product: { kind: 'app', id: '6448311069' } },
      { product: { ...good.product, plan: 'MONTHLY' } },
      { startDate: 'now' },
      { preserveCurrentPrice: true },
      { preserveCurrentPrice: false },
      { requestedBy: 'ceo@acme.example' },
      { reason: 'sale' },
      { limits: { maxIncreasePercent: 1 } },
      { notAfter: '2026-12-01T00:00:00Z' },
      { prices: undefined, equalizeFrom: { territory: 'USA', price: '49.99' } },
    ];
    assert.equal(new Set(others.map((changes) => fingerprintOf(request(changes)))).size, others.length);
  });

  it('rests on JSON in which equal values have equal text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const text = canonicalJson(json);
        assert.equal(canonicalJson(JSON.parse(text)), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(json)));
      }),
    );
  });
});
