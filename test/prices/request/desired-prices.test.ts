import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  desiredFileOf,
  isNoPriceFile,
  parseDesired,
} from '../../../functions/prices/request/desired/desired-prices.ts';

const parse = (name: string, text: string) => parseDesired(`desired/prices/acme/app/${name}`, text);
const problem = (name: string, text: string): string => {
  const parsed = parse(name, text);
  return parsed.kind === 'rejected' ? parsed.problems.map(({ message }) => message).join() : '';
};

describe('A file of desired prices', () => {
  it('says by its name whose prices they are', () => {
    assert.deepEqual(desiredFileOf('desired/prices/acme/subscription/644.MONTHLY.csv'), {
      key: 'desired/prices/acme/subscription/644.MONTHLY.csv',
      team: 'acme',
      product: { kind: 'subscription', id: '644', plan: 'MONTHLY' },
    });
    assert.deepEqual(desiredFileOf('desired/prices/acme/app/1.json')?.product, { kind: 'app', id: '1' });
    assert.deepEqual(desiredFileOf('desired/prices/acme/com.acme.pro.MONTHLY.json')?.ref, {
      name: 'com.acme.pro',
      plan: 'MONTHLY',
    });
    assert.deepEqual(desiredFileOf('desired/prices/acme/app/com.acme.pro.csv')?.ref, {
      name: 'com.acme.pro',
      kind: 'app',
    });
    for (const name of ['acme/apps/1.json', 'acme/app/1.txt', 'acme/1.json', 'acme/a/b/com.acme.json'])
      assert.equal(desiredFileOf(`desired/prices/${name}`), undefined, name);
  });

  it('is CSV of territory and price', () => {
    assert.deepEqual(parse('1.csv', '\uFEFFterritory,price\r\nUSA, 1.99\r\n\r\nFRA,2.99\r\n'), {
      kind: 'ok',
      value: { prices: { USA: '1.99', FRA: '2.99' } },
    });
  });

  it('may name the currency of a price, as Excel writes it in Europe too', () => {
    assert.deepEqual(parse('1.CSV', 'territory;price;currency\nBGR;30,99;EUR\nUSA;14,99;\n'), {
      kind: 'ok',
      value: { prices: { BGR: '30.99', USA: '14.99' }, currencies: { BGR: 'EUR' } },
    });
  });

  it('is told from what people put beside it', () => {
    for (const key of ['acme/', 'acme/app/.gitkeep', 'acme/README.md', 'README', 'acme/.DS_Store'])
      assert.equal(isNoPriceFile(`desired/prices/${key}`), true, key);
    for (const key of ['acme/app/1.csv', 'acme/app/notes.txt', 'acme/app/readme-prices.csv'])
      assert.equal(isNoPriceFile(`desired/prices/${key}`), false, key);
  });

  it('is JSON of prices, equalizeFrom or index, as a request has them', () => {
    const wish = { equalizeFrom: { territory: 'USA', price: '1.99' }, preserveCurrentPrice: false };
    assert.deepEqual(parse('1.json', `\uFEFF${JSON.stringify(wish)}`), { kind: 'ok', value: wish });
  });

  it('is refused where it is something else', () => {
    assert.match(problem('1.csv', 'territory,price\nUSA,1\nUSA,2'), /USA is priced twice/);
    assert.match(problem('1.csv', 'territory,price\n'), /holds no line/);
    assert.match(problem('1.csv', 'country,price\nUSA,1.99'), /its columns are territory and price/);
    assert.match(problem('1.csv', 'territory,price\nUSA,1.99,2'), /cannot be read/);
    assert.match(problem('1.json', '{"prices":'), /cannot be read/);
    assert.match(problem('1.json', '[]'), /must be a JSON object/);
    assert.match(problem('1.json', '{"startDate":"now"}'), /"startDate" is unknown/);
  });
});
