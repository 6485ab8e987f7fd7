import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFileText } from '../../../functions/platform/files/file-text.ts';
import { parsePriceFile } from '../../../functions/prices/request/price-file.ts';

const origin = (name: string) => ({ key: `inbox/prices/${name}`, versionId: 'v1' });
const read = (name: string, ...lines: string[]) => parsePriceFile(lines.join('\n'), origin(name));
const problems = (name: string, ...lines: string[]): string[] => {
  const file = read(name, ...lines);
  return file.kind === 'rejected' ? file.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};
const HEADER = 'team,product_kind,product_id,territory,price';

describe('A CSV file of prices', () => {
  it('is one request for the lines of one product', () => {
    assert.deepEqual(
      read('sale.csv', HEADER, 'acme,subscription,1,USA,49.99', 'acme,subscription,1,FRA,44.99'),
      {
        kind: 'ok',
        value: [
          {
            idempotencyKey: 'sale.csv@v1',
            team: 'acme',
            product: { kind: 'subscription', id: '1' },
            prices: { USA: '49.99', FRA: '44.99' },
            requestedBy: 'file inbox/prices/sale.csv',
          },
        ],
      },
    );
  });

  it('is several, in the file’s order, where products, plans or days differ', () => {
    const file = read(
      'sale.csv',
      `${HEADER},product_plan,start_date,preserve_current_price,dry_run,requested_by,reason,not_after,idempotency_key`,
      'acme,subscription,1,USA,49.99,,2026-12-01,true,,cfo,sale,2026-12-01T00:00:00Z,own',
      'acme,subscription,1,USA,4.99,MONTHLY,,false,true,,,,',
      'acme,app,2,USA,0,,,,,,,,',
    );
    assert.deepEqual(file.kind === 'ok' && file.value, [
      {
        idempotencyKey: 'own',
        team: 'acme',
        product: { kind: 'subscription', id: '1' },
        prices: { USA: '49.99' },
        startDate: '2026-12-01',
        preserveCurrentPrice: true,
        requestedBy: 'cfo',
        reason: 'sale',
        notAfter: '2026-12-01T00:00:00Z',
      },
      {
        idempotencyKey: 'sale.csv@v1#2',
        team: 'acme',
        product: { kind: 'subscription', id: '1', plan: 'MONTHLY' },
        prices: { USA: '4.99' },
        preserveCurrentPrice: false,
        dryRun: true,
        requestedBy: 'file inbox/prices/sale.csv',
      },
      {
        idempotencyKey: 'sale.csv@v1#3',
        team: 'acme',
        product: { kind: 'app', id: '2' },
        prices: { USA: '0' },
        requestedBy: 'file inbox/prices/sale.csv',
      },
    ]);
  });

  it('may come from a spreadsheet: byte order mark, CRLF, quotes, blank lines, blanks around fields', () => {
    const text = `\uFEFF"team","product_kind","product_id","territory","price"\r\n\r\nacme, app ,2,"USA", 1.99 \r\n\r\n`;
    const file = parsePriceFile(text, origin('a.csv'));
    assert.deepEqual(file.kind === 'ok' && file.value, [
      {
        idempotencyKey: 'a.csv@v1',
        team: 'acme',
        product: { kind: 'app', id: '2' },
        prices: { USA: '1.99' },
        requestedBy: 'file inbox/prices/a.csv',
      },
    ]);
  });

  it('is refused with every bad line, by its number in the file', () => {
    assert.deepEqual(
      problems(
        'a.csv',
        HEADER,
        'acme,app,2,USA,1.99',
        '',
        'acme,app,2,FRA',
        'acme,app,2,USA,2.99',
        'acme,app,2,GBR,1.99,x',
      ),
      [
        'line 4: has 4 fields; the header has 5',
        'line 6: has 6 fields; the header has 5',
        'line 5: USA is priced twice; remove one',
      ],
    );
  });

  it('is refused with columns that are missing or unknown', () => {
    const found = problems('a.csv', 'team,product_kind,id,territory', 'acme,app,2,USA');
    assert.deepEqual(
      found.map((problem) => problem.slice(0, 45)),
      [
        'line 1: the column product_id is missing; req',
        'line 1: the column price is missing; required',
        'line 1: "id" is not a column; known are team,',
      ],
    );
  });

  it('names a column that only JSON can say, and takes the one for volume tiers', () => {
    const found = problems('a.csv', `${HEADER},introductory_offer,percent`, 'acme,app,2,USA,1.99,x,-20');
    assert.deepEqual(
      found.map((problem) => /"(\w+)" cannot be said by a CSV file/.exec(problem)?.[1]),
      ['introductory_offer', 'percent'],
    );
    const file = read('a.csv', `${HEADER},drop_volume_tiers`, 'acme,subscription,2,USA,1.99,true');
    assert.match(JSON.stringify(file), /"dropVolumeTiers":true/);
  });

  it('is refused where it is empty, has no line, or is no CSV', () => {
    assert.equal(problems('a.csv', '').length, 5);
    assert.deepEqual(problems('a.csv', HEADER), ['(file): holds no line below its header']);
    assert.match(problems('a.csv', HEADER, 'acme,app,2,"USA,1').join(), /^\(file\): is not CSV/);
  });

  it('leaves what it cannot read to the request’s own check', () => {
    const file = read('a.csv', `${HEADER},preserve_current_price`, ',app,2,usa,cheap,yes');
    assert.deepEqual(file.kind === 'ok' && file.value, [
      {
        idempotencyKey: 'a.csv@v1',
        team: undefined,
        product: { kind: 'app', id: '2' },
        prices: { usa: 'cheap' },
        preserveCurrentPrice: 'yes',
        requestedBy: 'file inbox/prices/a.csv',
      },
    ]);
  });
});

describe('A JSON file of prices', () => {
  it('is one request, or a list of them, each under a key of its own', () => {
    assert.deepEqual(read('a.json', '{"team":"acme"}'), {
      kind: 'ok',
      value: [{ idempotencyKey: 'a.json@v1', requestedBy: 'file inbox/prices/a.json', team: 'acme' }],
    });
    const list = read('a.json', '\uFEFF[{"team":"acme"},{"idempotencyKey":"own","requestedBy":"cfo"},7]');
    assert.deepEqual(list.kind === 'ok' && list.value, [
      { idempotencyKey: 'a.json@v1#1', requestedBy: 'file inbox/prices/a.json', team: 'acme' },
      { idempotencyKey: 'own', requestedBy: 'cfo' },
      7,
    ]);
  });

  it('gives every upload a new key, and the key is printable', () => {
    const file = parsePriceFile('{}', { key: 'inbox/prices/näch ste.json', versionId: 'w'.repeat(99) });
    assert.deepEqual(file.kind === 'ok' && file.value, [
      { idempotencyKey: `n_ch_ste.json@${'w'.repeat(40)}`, requestedBy: 'file inbox/prices/näch ste.json' },
    ]);
  });

  it('is refused where it prices a territory twice, which JSON.parse would hide, or is nested without end', () => {
    const told = (text: string): string => {
      const file = parsePriceFile(text, { key: 'inbox/prices/p.json', versionId: 'v1' });
      return file.kind === 'rejected' ? file.problems.map(({ message }) => message).join() : 'read';
    };
    assert.equal(told('{"prices":{"USA":"1.99","FRA":"1.99"},"reason":"USA"}'), 'read');
    assert.equal(
      told('[{"prices":{"USA":"1.99",\n"FRA":"1.99",\n"US\\u0041":"2.99"}}]'),
      'names "USA" twice, the second time in line 3',
    );
    assert.equal(told(`${'['.repeat(200_000)}${']'.repeat(200_000)}`), 'is nested too deeply');
  });
  it('is refused where it is no JSON, or empty', () => {
    assert.match(problems('a.json', '{"team":').join(), /^\(file\): is not JSON/);
    assert.deepEqual(problems('a.json', '[]'), ['(file): holds no request']);
  });
});

describe('A file as a spreadsheet writes it', () => {
  const bytes = (text: string, encoding: 'utf8' | 'utf16le' = 'utf8') => Buffer.from(text, encoding);
  const decoded = (content: Uint8Array): string => {
    const text = decodeFileText(content);
    return text.kind === 'ok' ? text.value : text.problems.map(({ message }) => message).join();
  };

  it('is read with semicolons and decimal commas', () => {
    const file = read(
      'a.csv',
      'team;product_kind;product_id;territory;price',
      'acme;subscription;7;DEU;6,99',
    );
    assert.deepEqual(file, read('a.csv', HEADER, 'acme,subscription,7,DEU,6.99'));
  });

  it('is read as UTF-16 with its mark, and refused without one', () => {
    const text = `${HEADER}\nacme,subscription,7,USA,6.99\n`;
    assert.equal(decoded(bytes(`\uFEFF${text}`, 'utf16le')), text);
    assert.equal(decoded(bytes(`\uFEFF${text}`)), text);
    assert.match(decoded(bytes(text, 'utf16le')), /UTF-16 without a byte order mark/);
  });

  it('is refused by what it is: a workbook, another encoding', () => {
    assert.match(decoded(Uint8Array.of(0x50, 0x4b, 3, 4, 20)), /Excel or Numbers workbook.*save it as CSV/);
    assert.match(decoded(Uint8Array.of(0x74, 0xe4, 0x6d)), /not UTF-8/);
    assert.match(problems('prices.xlsx', 'PK').join(), /is a spreadsheet \(\.xlsx\); save it as CSV/);
  });

  it('is CSV whatever the case of its ending', () => {
    assert.equal(read('a.CSV', HEADER, 'acme,subscription,7,DEU,6.99').kind, 'ok');
  });

  it('may name the currency of each price', () => {
    const file = read('a.csv', `${HEADER},currency`, 'acme,app,7,BGR,30.99,EUR', 'acme,app,7,USA,1.99,');
    assert.equal(file.kind, 'ok');
    assert.deepEqual(file.kind === 'ok' && file.value.length, 1);
    assert.match(JSON.stringify(file), /"currencies":\{"BGR":"EUR"\}/);
  });
});
