import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openRealFiles, tsv } from './made-anew.ts';

// What real files have and Apple's pages do not say, each made anew after files that others published.
const { convert, rowsOf } = await openRealFiles();

const DETAIL = [
  ...['Transaction Date', 'Settlement Date', 'Apple Identifier', 'SKU', 'Title', 'Developer Name'],
  ...['Product Type Identifier', 'Country of Sale', 'Quantity', 'Partner Share', 'Extended Partner Share'],
  ...['Partner Share Currency', 'Customer Price', 'Customer Currency', 'Sale or Return', 'Promo Code'],
  ...['Order Type', 'Region'],
];
const detail = (
  quantity: string,
  extended: string,
  price: string,
  region: string,
  returned = 'S',
): string[] => [
  ...['11/21/2025', '11/22/2025', '1234567892', 'pro.year', 'Pro', ' ', 'IAY', 'CA', quantity, '70.00'],
  ...[extended, 'CAD', price, 'CAD', returned, ' ', ' ', region],
];

describe('A FINANCE_DETAIL month', () => {
  const opening = [
    ['Vendor Name', 'Example GmbH'],
    ['Start Date', '11/02/2025'],
    ['End Date', '11/29/2025'],
  ];

  it('whose rows end with a tab too many is stored', async () => {
    const rows = [detail('1', '70.00', '80.000', 'AB'), detail('-1', '-70.00', '-80.000', ' ', 'R')];
    const text = tsv(...opening, DETAIL, ...rows.map((row) => [...row, '']));
    assert.deepEqual(await convert('FINANCE_DETAIL/Z1', text), { rows: 2, unknownColumns: [], remarks: [] });
    assert.deepEqual(await rowsOf('quantity::INT AS quantity, customer_price::VARCHAR AS price, region'), [
      { quantity: 1, price: '80.000000', region: 'AB' },
      { quantity: -1, price: '-80.000000', region: null },
    ]);
  });

  it('whose header ends with tabs too many is the same table', async () => {
    const text = tsv(...opening, [...DETAIL, '', ' '], detail('1', '70.00', '80.000', 'AB'), [
      ...detail('1', '70.00', '80.000', 'AB'),
      ' ',
      '',
    ]);
    assert.deepEqual(await convert('FINANCE_DETAIL/Z1', text), { rows: 2, unknownColumns: [], remarks: [] });
  });

  it('whose extra field holds something is refused: a tab stands somewhere in the row', async () => {
    const text = tsv(...opening, DETAIL, [...detail('1', '70.00', '80.000', 'AB'), 'x']);
    await assert.rejects(convert('FINANCE_DETAIL/Z1', text), {
      code: 'FIELD_COUNT',
      message: /^Line 5 has 19 fields, the header has 18/,
    });
  });
});

describe('The units of a financial report', () => {
  const HEADER = [
    ...['Start Date', 'End Date', 'Vendor Identifier', 'Quantity', 'Partner Share', 'Extended Partner Share'],
    ...['Partner Share Currency', 'Sales or Return', 'Apple Identifier', 'Country Of Sale'],
  ];
  const row = (quantity: string, amount: string, country = 'DE', currency = 'EUR') => [
    ...['11/02/2025', '11/29/2025', 'pro', quantity, '10.50', amount, currency],
    ...[quantity.startsWith('-') ? 'R' : 'S', '1234567891', country],
  ];
  const rows = [row('-1', '-10.50'), row('2', '21.00'), row('1', '10.50', 'FI')];

  it('may be counted without returns: stored with a remark, since the money agrees', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Rows', '3'], ['Total_Amount', '21.00'], ['Total_Units', '3']);
    const { remarks } = await convert('FINANCIAL/EU', text);
    assert.deepEqual(remarks, [
      {
        code: 'UNITS_DIFFER',
        message:
          'Line 7: Total_Units is 3 and counts sales without returns; with the returns the rows add up to 2',
      },
    ]);
  });

  it('may differ otherwise too, where the money agrees', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Amount', '21.00'], ['Total_Units', '9']);
    const { remarks } = await convert('FINANCIAL/EU', text);
    assert.match(
      remarks[0]?.message ?? '',
      /Total_Units is 9, but the rows add up to 2; the amounts of money agree/,
    );
  });

  it('may be counted without returns in the table of countries', async () => {
    const table = [
      ['Country Of Sale', 'Partner Share Currency', 'Quantity', 'Extended Partner Share'],
      ['DE', 'EUR', '2', '10.50'],
      ['FI', 'EUR', '1', '10.50'],
    ];
    const { remarks } = await convert('FINANCIAL/EU', tsv(HEADER, ...rows, ...table));
    assert.deepEqual(
      remarks.map(({ message }) => message),
      [
        'The totals of DE EUR: Quantity is 2 and counts sales without returns; with the returns the rows add up to 1',
      ],
    );
  });

  it('never excuse money that differs', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Amount', '21.01'], ['Total_Units', '3']);
    await assert.rejects(convert('FINANCIAL/EU', text), { code: 'TOTALS_DIFFER', message: /Total_Amount/ });
  });
});
