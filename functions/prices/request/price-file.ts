import type { Problem } from '../../platform/errors.ts';
import { type CsvRow, readCsv } from '../../platform/files/csv-table.ts';
import { accepted, type Checked, rejected, rejectedWith } from '../../platform/validation/checked.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import { readFileJson } from './json-file.ts';
import { isProductName } from './product-ref.ts';

/** The requests of a file of price changes: each as JSON, to be accepted like any other. */
export type PriceFile = Checked<readonly unknown[]>;

/** Where a file comes from: gives a request the key and the requester it does not name itself. */
export type FileOrigin = { key: string; versionId: string };

const REQUIRED = ['team', 'product_kind', 'product_id', 'territory', 'price'];
const OPTIONAL = [
  'currency',
  'product_plan',
  'start_date',
  'until',
  'preserve_current_price',
  'drop_volume_tiers',
  'requested_by',
  'reason',
  'not_after',
  'dry_run',
  'idempotency_key',
];

/** The columns that a CSV file may have. */
export const CSV_COLUMNS = [...REQUIRED, ...OPTIONAL];

/** What is the same in all lines of a request. */
const PER_REQUEST = OPTIONAL.filter((name) => name !== 'currency');

/**
 * Reads a price file: `.json` holds one request, or a list of them; `.csv` one price per line, whose lines of the
 * same product and date make one request.
 */
export function parsePriceFile(text: string, origin: FileOrigin): PriceFile {
  const ending = /\.[^./]*$/.exec(origin.key)?.[0].toLowerCase();
  if (ending === '.csv') return parseCsv(text, origin);
  if (ending !== undefined && SPREADSHEETS.includes(ending))
    return rejected('(file)', `is a spreadsheet (${ending}); save it as CSV (UTF-8) and upload that`);
  return parseJson(text.replace(/^\uFEFF/, ''), origin);
}

const SPREADSHEETS = ['.xlsx', '.xls', '.xlsm', '.numbers', '.ods'];

function parseJson(text: string, origin: FileOrigin): PriceFile {
  const read = readFileJson(text);
  if (read.kind === 'rejected') return read;
  const list: unknown[] = Array.isArray(read.value) ? read.value : [read.value];
  if (list.length === 0) return rejected('(file)', 'holds no request');
  const suffix = (index: number): string => (list.length === 1 ? '' : `#${index + 1}`);
  return accepted(list.map((request, index) => withOrigin(request, origin, suffix(index))));
}

function withOrigin(request: unknown, origin: FileOrigin, suffix: string): unknown {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return request;
  return { idempotencyKey: `${keyOf(origin)}${suffix}`, requestedBy: `file ${origin.key}`, ...request };
}

/** File name and version: the same upload is the same request, a new upload a new one. */
function keyOf({ key, versionId }: FileOrigin): string {
  const name = key.split('/').at(-1) ?? key;
  return `${name.slice(0, 60)}@${versionId.slice(0, 40)}`.replace(/[^\x21-\x7e]/g, '_');
}

type Line = Record<string, string>;

function parseCsv(text: string, origin: FileOrigin): PriceFile {
  const table = readCsv(text);
  if (table.kind === 'rejected') return table;
  const { header, rows: body } = table.value;
  const problems = headerProblems(requiredOf(header, body), header);
  if (problems.length > 0) return rejectedWith(boundedProblems(problems));
  if (body.length === 0) return rejected('(file)', 'holds no line below its header');
  const lines = body.map(
    ({ cells }): Line => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])),
  );
  const groups = Map.groupBy(lines, (line) =>
    JSON.stringify([...REQUIRED.slice(0, 3), ...PER_REQUEST].map((name) => line[name] ?? '')),
  );
  const repeated = [...groups.values()].flatMap((group) =>
    duplicates(group, (line) => body[lines.indexOf(line)]?.line),
  );
  const uneven = body.flatMap(({ cells, line: at }) =>
    cells.length === header.length
      ? []
      : [
          {
            path: `line ${at}`,
            message: `has ${cells.length} fields; the header has ${header.length}`,
          },
        ],
  );
  if (repeated.length + uneven.length > 0) return rejectedWith(boundedProblems([...uneven, ...repeated]));
  const many = groups.size > 1;
  return accepted(
    [...groups.values()].map((group, index) => requestOf(group, origin, many ? `#${index + 1}` : '')),
  );
}

/** The kind of a product that is named by its product ID is known. */
function requiredOf(header: readonly string[], rows: readonly CsvRow[]): string[] {
  const column = header.indexOf('product_id');
  const isNamed =
    column >= 0 && rows.length > 0 && rows.every(({ cells }) => isProductName(cells[column] ?? ''));
  return isNamed ? REQUIRED.filter((name) => name !== 'product_kind') : REQUIRED;
}

function headerProblems(required: readonly string[], header: readonly string[]): Problem[] {
  const known = CSV_COLUMNS;
  return [
    ...required
      .filter((name) => !header.includes(name))
      .map((name) => ({
        path: 'line 1',
        message: `the column ${name} is missing; required are ${REQUIRED.join(', ')}`,
      })),
    ...header.flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            {
              path: 'line 1',
              message: JSON_ONLY.has(name.replaceAll(/[_ ]/g, '').toLowerCase())
                ? `${shownColumn(name, index)} cannot be said by a CSV file; upload the request as JSON (docs/prices.md)`
                : `${shownColumn(name, index)} is not a column; known are ${known.join(', ')}`,
            },
          ],
    ),
    ...header.flatMap((name, index) =>
      known.includes(name) && header.indexOf(name) < index
        ? [{ path: 'line 1', message: `the column ${name} is there twice; remove one` }]
        : [],
    ),
  ];
}

/** Forms of a request that have no column; without underscores. */
const JSON_ONLY: ReadonlySet<string> = new Set(
  'introductoryOffer equalizeFrom index percent follow baseTerritory removeScheduled limits campaign products group app change changes except'
    .toLowerCase()
    .split(' '),
);

/** By its name where it reads like one: a key file that was dropped here by mistake must not be quoted. */
const shownColumn = (name: string, index: number): string =>
  /^[A-Z]?[a-z]{1,20}([_ ][A-Z]?[a-z]{1,20}){0,3}$/.test(name)
    ? `"${name}"`
    : `what stands in place ${index + 1}`;

function duplicates(group: readonly Line[], lineOf: (line: Line) => number | undefined): Problem[] {
  const names = group.map((line) => line['territory']);
  return group.flatMap((line, index) =>
    names.indexOf(line['territory']) < index
      ? [
          {
            path: `line ${lineOf(line)}`,
            message: `${line['territory']} is priced twice; remove one`,
          },
        ]
      : [],
  );
}

function requestOf(group: readonly Line[], origin: FileOrigin, suffix: string): unknown {
  const [first = {}] = group;
  const cellOf = (name: string): string | undefined => first[name] || undefined;
  const currencies = group.flatMap((line) =>
    line['currency'] ? [[line['territory'], line['currency']]] : [],
  );
  const flag = (name: string): boolean | string | undefined => {
    const text = cellOf(name);
    return text === 'true' || text === 'false' ? text === 'true' : text;
  };
  return {
    idempotencyKey: cellOf('idempotency_key') ?? `${keyOf(origin)}${suffix}`,
    team: cellOf('team'),
    product: {
      ...(cellOf('product_kind') && { kind: cellOf('product_kind') }),
      id: cellOf('product_id'),
      ...(cellOf('product_plan') && { plan: cellOf('product_plan') }),
    },
    prices: Object.fromEntries(group.map((line) => [line['territory'], line['price']])),
    ...(currencies.length > 0 && { currencies: Object.fromEntries(currencies) }),
    ...(cellOf('start_date') && { startDate: cellOf('start_date') }),
    ...(cellOf('until') && { until: cellOf('until') }),
    ...(cellOf('preserve_current_price') && { preserveCurrentPrice: flag('preserve_current_price') }),
    ...(cellOf('drop_volume_tiers') && { dropVolumeTiers: flag('drop_volume_tiers') }),
    ...(cellOf('dry_run') && { dryRun: flag('dry_run') }),
    requestedBy: cellOf('requested_by') ?? `file ${origin.key}`,
    ...(cellOf('reason') && { reason: cellOf('reason') }),
    ...(cellOf('not_after') && { notAfter: cellOf('not_after') }),
  };
}
