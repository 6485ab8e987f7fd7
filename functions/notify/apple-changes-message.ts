import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { someOf } from '../platform/util/shorten.ts';
import { productName } from '../prices/request/product.ts';
import { MOVE_WORDS } from '../prices/watch/move-words.ts';
import { columns } from './columns.ts';
import { nextStepsText } from './message-parts.ts';

type Detail = EventDetail<'Apple Changed Prices'>;
type Change = Detail['changes'][number];
type Example = Change['examples'][number];

/** Lines per kind of change in an e-mail, and lines in a chat message. */
const MAXIMUM_ROWS = 40;
const MAXIMUM_CHAT_LINES = 8;

/** The notification for what moved at Apple without a request. */
export function appleChangesMessage(detail: Detail): Notification {
  const { id, changes, products, omitted = 0, unread = 0 } = detail;
  const { team, since, tableKey } = detail;
  // It stands in a command to copy.
  const day = detail.day.replace(/[^\d-]/g, '');
  const subject = `${team}: ${headline(detail)}`;
  const kinds = sectionsOf(changes);
  const steps = [
    `see every price of the day: npx asc-jobs reports query "SELECT * FROM price_list_daily WHERE report_date = DATE '${day}'"`,
    'what each kind of change means: docs/standing-prices.md, "What Apple moves by itself"',
  ];
  const text = [
    `Compared: the prices of ${day} with those of ${since}. Changes that were requested here, and scheduled prices that started, are left out.`,
    ...kinds.map(([kind, list]) => section(kind, list)),
    omitted > 0 && `${omitted} further changes are not listed here; the table has them all.`,
    unread > 0 &&
      `${unread} ${unread === 1 ? 'product' : 'products'} could not be read on ${day} and will be compared on the next day.`,
    `Products concerned: ${products}. Table: ${tableKey}`,
    nextStepsText(steps),
    'App Store Connect Jobs. About watched prices: docs/standing-prices.md',
  ].filter((part) => part !== false);
  const lines = kinds.map(([kind, list]) => chatLine(kind, list)).slice(0, MAXIMUM_CHAT_LINES);
  return {
    id,
    subject,
    text: text.join('\n\n'),
    chat: { title: `:earth_africa: ${subject}`, description: lines.join('\n'), nextSteps: steps },
    facts: { detailType: 'Apple Changed Prices', ...detail },
  };
}

/** In the order of the contract's kinds, those that happened. */
function sectionsOf(changes: readonly Change[]): [Change['kind'], Change[]][] {
  const byKind = Map.groupBy(changes, ({ kind }) => kind);
  return (Object.keys(MOVE_WORDS) as Change['kind'][]).flatMap((kind) => {
    const list = byKind.get(kind);
    return list === undefined ? [] : [[kind, list]];
  });
}

function headline({ changes, products }: Detail): string {
  const onlyOthers = changes.every(({ kind }) => kind === 'fixedPrice');
  const territories = [...new Set(changes.map(({ territory }) => territory))];
  const where = territories.length <= 3 ? territories.join(', ') : `${territories.length} territories`;
  const what = onlyOthers
    ? 'prices were changed outside of this product'
    : [...new Set(changes.map(({ kind }) => kind))].every((kind) => kind === 'proceeds')
      ? 'Apple changed proceeds'
      : 'Apple changed prices';
  return `${what} in ${where}${products > 0 ? ` (${products} ${products === 1 ? 'product' : 'products'})` : ''}`;
}

function section(kind: Change['kind'], changes: readonly Change[]): string {
  const { title, meaning } = MOVE_WORDS[kind];
  const rows = changes.slice(0, MAXIMUM_ROWS).map((change) => rowOf(change));
  const more = changes.length - MAXIMUM_ROWS;
  const table = columns([['', 'products', 'example', 'before', 'after', 'change'], ...rows]);
  return `${title}\n${meaning}\n\n${table}${more > 0 ? `\n  and ${more} more territories` : ''}`;
}

function rowOf({ kind, territory, products, previousCurrency, currency, examples }: Change): string[] {
  const [example] = examples;
  const money = kind === 'currency' ? `${previousCurrency ?? '?'} → ${currency ?? '?'}` : '';
  if (example === undefined) return [territory, products === 0 ? '-' : String(products), money || '-'];
  const [before, after] = amountsOf(kind, example);
  return [
    territory,
    String(products),
    example.name ?? productName(example.product),
    before,
    after,
    example.changePercent === undefined ? '' : `${signed(example.changePercent)} %`,
  ];
}

/** Proceeds where they are what moved, with the price that they are of. */
function amountsOf(kind: Change['kind'], { before, after }: Example): [string, string] {
  const amount = (side: Example['before']): string => {
    if (side === null) return 'none';
    if (kind !== 'proceeds') return `${side.price ?? 'none'} ${side.currency ?? ''}`.trim();
    return `${side.proceeds ?? '?'} of ${side.price ?? '?'} ${side.currency ?? ''}`.trim();
  };
  if (kind === 'proceeds' && before?.proceeds === after?.proceeds)
    return [`${before?.proceedsYear2 ?? '?'} (year two)`, `${after?.proceedsYear2 ?? '?'} (year two)`];
  return [amount(before), amount(after)];
}

function chatLine(kind: Change['kind'], changes: readonly Change[]): string {
  return `${MOVE_WORDS[kind].title}: ${someOf(changes.map(({ territory }) => territory))}`;
}

const signed = (percent: string): string => (percent.startsWith('-') ? percent : `+${percent}`);
