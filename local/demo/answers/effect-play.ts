import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import { daysAfter, pacificToday } from '../../../functions/prices/request/pacific-day.ts';
import { salesReport } from '../../simulator/reports/report-store.ts';
import { sampleSales } from '../../simulator/samples/sample-sales.ts';
import type { World } from '../../world/world.ts';
import type { CheckList } from '../check-list.ts';
import { at, TODAY } from '../morning.ts';
import { ask, settled } from '../price-day.ts';

const [TEAM, VENDOR, REPORT] = ['acme', '85012345', 'SALES/SUMMARY/DAILY'];
/** What the sample reports sell as 漢字パック. */
const PRODUCT = { kind: 'inAppPurchase', id: '6449002138' } as const;
/** Where the price rises, by the codes of prices and of reports. */
const TERRITORIES = { DEU: 'DE', GBR: 'GB', AUS: 'AU' } as const;
export const MEASURED_CHANGE = 'kanji-2026/three-territories';
/** So many sell in the changed territories from the change on, of those who would have. */
export const SIMULATED_SHARE = 0.6;
/** Days before the four weeks that are there already; the last of them may be there, too. */
const HISTORY = { from: 26, to: 130 };
/** Three days of gap, seven of the first look, and the day on which the last of them is reported. */
const DAYS_AFTER = 13;

/**
 * Plays a rise of one product's price in three territories, lets days pass in which fewer buy there, and lets the effect be
 * measured. Sales of the months before are fetched by hand first: without a history nothing can be told.
 */
export async function playEffect(world: World, checks: CheckList, say: Say): Promise<void> {
  await fetchHistory(world, say);
  await raisePrices(world, checks, say);
  await letDaysPass(world);
  await measureEffect(world, checks, say);
}

type Say = (line?: string) => void;

/** Sales of the months before, fetched by hand. */
async function fetchHistory(world: World, say: Say): Promise<void> {
  const { cloud } = world;
  const dayOf = (daysAgo: number): string => TODAY.subtract({ days: daysAgo }).toString();
  for (let ago = HISTORY.from + 3; ago <= HISTORY.to; ago += 1)
    putSales(world, dayOf(ago), sampleSales({ vendor: VENDOR, day: dayOf(ago) }));
  say(`\n${at(world)}  sales of the months before are asked for; a price effect needs a history`);
  const span = { from: dayOf(HISTORY.to), to: dayOf(HISTORY.from) };
  await cloud.invoke('PlanReports', { team: TEAM, report: REPORT, ...span });
  await cloud.drain();
}

async function raisePrices(world: World, checks: CheckList, say: Say): Promise<void> {
  const { simulator } = world;
  simulator.prices.addInAppPurchase({
    team: TEAM,
    id: PRODUCT.id,
    name: '漢字パック',
    prices: { USA: '1.99' },
  });
  const equal = simulator.prices.equalPrices(PRODUCT.kind, PRODUCT.id, { territory: 'USA', price: '2.49' });
  const prices = Object.fromEntries(
    Object.keys(TERRITORIES).map((territory) => [territory, equal.get(territory) ?? '']),
  );
  await ask(world, {
    idempotencyKey: MEASURED_CHANGE,
    team: TEAM,
    product: PRODUCT,
    prices,
    requestedBy: 'product@acme.example',
    reason: 'a test in three territories',
  });
  const record = await settled(world, MEASURED_CHANGE);
  say(
    `${at(world)}  漢字パック costs more in ${Object.keys(TERRITORIES).join(', ')}: ${record.outcome ?? record.state}`,
  );
  checks.check(
    'the price of one product rose in three territories',
    record.state === 'applied',
    record.state,
  );
}

/** The days after the change, on each of which fewer buy where the price rose. */
async function letDaysPass(world: World): Promise<void> {
  const { cloud } = world;
  const changed = pacificToday(world.clock.now());
  for (let after = 0; after <= DAYS_AFTER; after += 1) {
    const day = daysAfter(changed, after);
    putSales(world, day, fewerBuyers(sampleSales({ vendor: VENDOR, day })));
  }
  await world.pass(DAYS_AFTER * DAY_MILLIS);
  await cloud.invoke('PlanReports', {});
  await cloud.drain();
}

async function measureEffect(world: World, checks: CheckList, say: Say): Promise<void> {
  const { cloud } = world;
  const measured = await cloud.invoke('MeasurePriceEffects', {});
  await cloud.drain();
  const mail = cloud
    .notifications()
    .find(({ subject }) => subject.includes(`days after price change ${MEASURED_CHANGE}`));
  say(`${at(world)}  ${DAYS_AFTER} days later the first look is measured: ${mail?.subject ?? 'no message'}`);
  checks.check(
    'the first look at a price change was told by mail',
    mail !== undefined,
    JSON.stringify(measured),
  );
}

const putSales = ({ simulator }: World, reportDate: string, tsv: string): void =>
  simulator.reports.put({ ...salesReport({ vendor: VENDOR, reportDate }), tsv });

/** A day's file in which fewer buy the product in the changed territories. */
function fewerBuyers(tsv: string): string {
  // The last cells of a line are blanks.
  const [head = '', ...lines] = tsv.replace(/\n$/, '').split('\n');
  const names = head.split('\t');
  const [product, country, units] = ['Apple Identifier', 'Country Code', 'Units'].map((name) =>
    names.indexOf(name),
  );
  const changed = new Set<string>(Object.values(TERRITORIES));
  const rows = lines.map((line) => {
    const cells = line.split('\t');
    const isChanged = cells[product ?? -1] === PRODUCT.id && changed.has(cells[country ?? -1] ?? '');
    if (!isChanged || units === undefined) return line;
    cells[units] = String(Math.round(Number(cells[units]) * SIMULATED_SHARE));
    return cells.join('\t');
  });
  return `${[head, ...rows].join('\n')}\n`;
}
