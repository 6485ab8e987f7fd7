import { type Column, type ColumnType, columnName } from './table/column-type.ts';

const text: ColumnType = { kind: 'string' };
const date: ColumnType = { kind: 'date' };
const amount: ColumnType = { kind: 'decimal', precision: 18, scale: 2 };

const required = (header: string, type: ColumnType = text): Column => ({
  header,
  name: columnName(header),
  type,
  required: true,
});
const optional = (header: string): Column => ({ ...required(header), required: false });

/**
 * The columns of the Summary Sales report, version 1_0.
 * Required are those without which a row's units, money, product or place would be lost.
 * Source: Apple's help page "Summary Sales Report" (names and types).
 */
export const SALES_SUMMARY_COLUMNS: readonly Column[] = [
  optional('Provider'),
  optional('Provider Country'),
  required('SKU'),
  optional('Developer'),
  required('Title'),
  optional('Version'),
  required('Product Type Identifier'),
  required('Units', amount),
  required('Developer Proceeds', amount),
  required('Begin Date', date),
  required('End Date', date),
  required('Customer Currency'),
  required('Country Code'),
  required('Currency of Proceeds'),
  required('Apple Identifier'),
  required('Customer Price', amount),
  optional('Promo Code'),
  optional('Parent Identifier'),
  optional('Subscription'),
  optional('Period'),
  optional('Category'),
  optional('CMB'),
  optional('Device'),
  optional('Supported Platforms'),
  optional('Proceeds Reason'),
  optional('Preserved Pricing'),
  optional('Client'),
  optional('Order Type'),
];
