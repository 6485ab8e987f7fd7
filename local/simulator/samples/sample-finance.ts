import { lastDayOfFiscalMonth } from '../reports/fiscal-calendar.ts';
import { american, BLANK } from './report-text.ts';
import { APPS, STOREFRONTS } from './sample-catalogue.ts';
import { decimal, generator, localPrice } from './sample-numbers.ts';

/** Help page "Financial report fields"; "Sales or Return" as files have it. */
const FINANCIAL_HEADER =
  'Start Date|End Date|UPC|ISRC/ISBN|Vendor Identifier|Quantity|Partner Share|Extended Partner Share|Partner Share Currency|Sales or Return|Apple Identifier|Artist/Show/Developer/Author|Title|Label/Studio/Network/Developer/Publisher|Grid|Product Type Identifier|ISAN/Other Identifier|Country Of Sale|Pre-order Flag|Promo Code|Customer Price|Customer Currency';

/** As downloaded files have it. */
const DETAIL_HEADER =
  'Transaction Date|Settlement Date|Apple Identifier|SKU|Title|Developer Name|Product Type Identifier|Country of Sale|Quantity|Partner Share|Extended Partner Share|Partner Share Currency|Customer Price|Customer Currency|Sale or Return|Promo Code|Order Type|Region';

/** The shortest fiscal month has four weeks. */
const LENGTH_DAYS = 28;

const DEVELOPER = 'Acme Ünlimited GmbH';

export type SampleMonth = {
  vendor: string;
  /** Fiscal month, `YYYY-MM`. */
  month: string;
  /** Countries; all when absent. */
  countries?: readonly string[];
  /** Another seed is another report of the same month: what a restatement looks like. Default 1. */
  seed?: number;
};

type Sale = {
  sku: string;
  title: string;
  type: string;
  appleId: string;
  country: string;
  currency: string;
  quantity: number;
  /** Minor units a piece. */
  share: number;
  price: number;
};

/** A financial report as Apple writes it: rows by product and country, then totals, then a table by country. */
export function sampleFinancial(options: SampleMonth): string {
  const [first, last] = datesOf(options.month);
  const sales = salesOf(options);
  const rows = sales.map((sale) =>
    [
      ...[first, last, BLANK, BLANK, sale.sku, String(sale.quantity), decimal(sale.share)],
      ...[decimal(sale.quantity * sale.share), sale.currency, sale.quantity < 0 ? 'R' : 'S', sale.appleId],
      ...[
        DEVELOPER,
        sale.title,
        BLANK,
        BLANK,
        sale.type,
        BLANK,
        sale.country,
        BLANK,
        BLANK,
        decimal(signed(sale)),
        sale.currency,
      ],
    ].join('\t'),
  );
  const total = (of: (sale: Sale) => number) => sales.reduce((sum, sale) => sum + of(sale), 0);
  const totals = [
    `Total_Rows\t${sales.length}`,
    `Total_Amount\t${decimal(total(({ quantity, share }) => quantity * share))}`,
    `Total_Units\t${total(({ quantity }) => quantity)}`,
  ];
  const table = options.countries?.length === 1 ? [] : tableByCountry(sales);
  return `${[FINANCIAL_HEADER.replaceAll('|', '\t'), ...rows, ...totals, ...table].join('\n')}\n`;
}

/**
 * A detailed financial report: opening lines, a row for each product and country, a table by country. Rows end with
 * a tab too many, prices have three decimals, and what settles in a month was bought up to ten days earlier.
 */
export function sampleFinanceDetail(options: SampleMonth): string {
  const days = daysOf(options.month);
  const [first, last] = datesOf(options.month);
  const sales = salesOf(options);
  const rows = sales.map((sale, index) => {
    const settled = days.last.subtract({ days: (index * 5) % LENGTH_DAYS });
    const bought = settled.subtract({ days: index % 10 });
    return [
      ...[bought, settled].map((day) => american(day.toString())),
      ...[sale.appleId, sale.sku, sale.title, DEVELOPER, sale.type, sale.country],
      ...[String(sale.quantity), decimal(sale.share), decimal(sale.quantity * sale.share), sale.currency],
      ...[`${(signed(sale) / 100).toFixed(2)}0`, sale.currency, sale.quantity < 0 ? 'R' : 'S', BLANK, BLANK],
      ...[sale.country === 'US' ? 'NY' : BLANK, ''],
    ].join('\t');
  });
  const opening = [`Vendor Name\t${DEVELOPER}`, `Start Date\t${first}`, `End Date\t${last}`];
  return `${[...opening, DETAIL_HEADER.replaceAll('|', '\t'), ...rows, ...tableByCountry(sales)].join('\n')}\n`;
}

function salesOf({ vendor, month, countries, seed = 1 }: SampleMonth): Sale[] {
  const draw = generator(`finance ${vendor} ${month} ${seed}`);
  const places = STOREFRONTS.filter(({ country }) => countries?.includes(country) ?? true);
  return APPS.flatMap((app) =>
    app.offers
      .filter(({ cents }) => cents > 0)
      .flatMap((offer) =>
        places.map((storefront): Sale => {
          const price = localPrice(offer.cents, storefront);
          // A return can be of a part of the price.
          const part = draw() < 0.05 ? 0.6 : 1;
          const returned = part < 1;
          const sold = 1 + Math.floor(draw() * offer.popularity * 20 * storefront.share);
          return {
            sku: offer.sku === '' ? app.sku : `${app.sku}.${offer.sku}`,
            title: offer.title === '' ? app.title : offer.title,
            type: offer.type,
            appleId: String(Number(app.appleId) + offer.offset),
            country: storefront.country,
            currency: storefront.currency,
            quantity: returned ? -1 : sold,
            share: Math.floor((price * part * 70) / 100),
            price: Math.floor(price * part),
          };
        }),
      ),
  );
}

function tableByCountry(sales: readonly Sale[]): string[] {
  const groups = Map.groupBy(sales, ({ country, currency }) => `${country}\t${currency}`);
  const lines = [...groups].map(([place, group]) => {
    const quantity = group.reduce((sum, sale) => sum + sale.quantity, 0);
    const amount = group.reduce((sum, sale) => sum + sale.quantity * sale.share, 0);
    return `${place}\t${quantity}\t${decimal(amount)}`;
  });
  return ['Country Of Sale\tPartner Share Currency\tQuantity\tExtended Partner Share', ...lines];
}

/** A return has a negative price beside a positive share. */
const signed = ({ quantity, price }: Sale): number => (quantity < 0 ? -price : price);

function datesOf(month: string): [first: string, last: string] {
  const { first, last } = daysOf(month);
  return [american(first.toString()), american(last.toString())];
}

function daysOf(month: string) {
  const last = lastDayOfFiscalMonth(month);
  if (last === undefined) throw new RangeError(`${month} is no fiscal month`);
  const [year, number] = month.split('-').map(Number);
  const before =
    number === 1 ? `${(year ?? 0) - 1}-12` : `${year}-${String((number ?? 0) - 1).padStart(2, '0')}`;
  const first = lastDayOfFiscalMonth(before)?.add({ days: 1 }) ?? last;
  return { first, last };
}
