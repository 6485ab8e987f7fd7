import { column, constantRows, type Model } from './model.ts';

/** What a row of a sales report is about. */
export type ProductKind =
  | 'download'
  | 'bundle'
  | 'redownload'
  | 'update'
  | 'purchase'
  | 'restore'
  | 'non_renewing'
  | 'subscription'
  | 'free_subscription';

/** Sources: Apple's help page "Product type identifiers"; 3T, F3, IAC and IAC-M from programs that read real files. */
const TYPES: readonly (readonly [kind: ProductKind, platform: string, sale: boolean, identifiers: string])[] =
  [
    ['download', 'iOS', true, '1 1F 1T'],
    ['download', 'macOS', true, 'F1'],
    ['download', 'custom app', true, '1E 1EP 1EU'],
    ['bundle', 'iOS', true, '1-B'],
    ['bundle', 'macOS', true, 'F1-B'],
    ['redownload', 'iOS', false, '3 3F 3T'],
    ['redownload', 'macOS', false, 'F3'],
    ['update', 'iOS', false, '7 7F 7T'],
    ['update', 'macOS', false, 'F7'],
    ['purchase', 'iOS', true, 'IA1'],
    ['purchase', 'macOS', true, 'IA1-M FI1'],
    ['restore', 'iOS', false, 'IA3'],
    ['non_renewing', 'iOS', true, 'IA9'],
    ['non_renewing', 'macOS', true, 'IA9-M'],
    ['subscription', 'iOS', true, 'IAY'],
    ['subscription', 'macOS', true, 'IAY-M'],
    ['free_subscription', 'iOS', false, 'IAC'],
    ['free_subscription', 'macOS', false, 'IAC-M'],
  ];

const rows = TYPES.flatMap(([kind, platform, sale, identifiers]) =>
  identifiers.split(' ').map((identifier) => [identifier, kind, platform, sale ? 'true' : 'false']),
);

export const PRODUCT_TYPES: Model = {
  name: 'product_types',
  grain: 'one product type identifier of Apple',
  description: 'What the product type identifiers of sales reports mean.',
  reads: [],
  columns: [
    column('product_type_identifier', 'varchar', "Apple's code, such as 1F or IAY."),
    column('kind', 'varchar', 'download, redownload, update, purchase, subscription and so on.'),
    column('platform', 'varchar', 'Platform the code stands for.'),
    column(
      'is_sale',
      'boolean',
      'Whether a row of this kind can have money. Redownloads, updates, restores and free subscriptions cannot.',
    ),
  ],
  select: `  SELECT product_type_identifier, kind, platform, is_sale FROM (VALUES
    ${constantRows(rows)}
  ) AS types (product_type_identifier, kind, platform, is_sale)`,
};

const SALES: ReadonlySet<string> = new Set(
  TYPES.flatMap(([, , sale, identifiers]) => (sale ? identifiers.split(' ') : [])),
);
const KNOWN: ReadonlySet<string> = new Set(TYPES.flatMap(([, , , identifiers]) => identifiers.split(' ')));

/** Whether rows of this product type can have money: as in `sales_lines`, an unknown type can. */
export const isSaleType = (identifier: string): boolean => SALES.has(identifier) || !KNOWN.has(identifier);
