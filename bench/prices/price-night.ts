import { createRequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { acceptChange } from '../../functions/prices/accept/accept-change.ts';
import { createPriceLists, priceRules } from '../../functions/prices/apple/price-lists.ts';
import { applyChange } from '../../functions/prices/apply/apply-change.ts';
import type { AuditLog } from '../../functions/prices/store/audit-log.ts';
import { createRefusedRequests } from '../../functions/prices/store/kept/refused-requests.ts';
import { createPriceLedger } from '../../functions/prices/store/price-ledger.ts';
import { startTables } from '../../local/aws/services/tables.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { type Figures, right } from '../report/figures.ts';
import { keyFor, silent, simulatedAccess, TEAM } from '../scale/simulated-access.ts';
import { createVirtualTime } from '../scale/virtual-time.ts';

const NIGHT = Date.parse('2026-11-25T04:00:00Z');
const HOUR = 3_600_000;
/** Changes at a time and what a request to Apple takes: as deployed, and as in the other rows. */
const WORKERS = 5;
const REQUEST_MILLIS = 300;
const HOUR_LIMIT = 3500;
const MINUTE_LIMIT = 300;
const COLUMNS = [
  'products',
  'applied',
  'requests',
  ': product',
  '429',
  'hours',
  'DynamoDB writes : product',
].map(right);
/** Five territories of each product change: five writes of a subscription. */
const PRICES = { USA: '12.99', FRA: '12.99', DEU: '12.99', GBR: '12.99', CAN: '16.99' };
const BEFORE = { USA: '9.99', FRA: '9.99', DEU: '9.99', GBR: '9.99', CAN: '12.99' };

/** How a night of price changes grows with the products: the real worker on dynalite, in simulated time. */
export async function measureNight(counts: readonly number[]): Promise<Figures> {
  const rows: (string | number)[][] = [];
  for (const count of counts) rows.push(await night(count));
  return {
    name: 'price-night',
    caption: 'A night of price changes',
    columns: COLUMNS,
    rows,
    notes: [
      `Every product is a subscription with five territories to change. The real worker, ${WORKERS} at a time, in simulated time; Apple answers in ${REQUEST_MILLIS} ms and allows ${HOUR_LIMIT} requests per hour and ${MINUTE_LIMIT} per minute.`,
    ],
  };
}

async function night(count: number): Promise<(string | number)[]> {
  const time = createVirtualTime(NIGHT);
  const tables = await startTables([{ name: 'Prices' }, { name: 'RateBudget' }]);
  time.duringCallsOf(tables.documents);
  const simulator = await startSimulator({
    clock: time.clock,
    hourlyLimit: HOUR_LIMIT,
    minuteLimit: MINUTE_LIMIT,
  });
  const around: Around = {
    ...{ time, tables, simulator },
    keys: await keyFor(simulator, { role: 'APP_MANAGER' }),
    ledger: createPriceLedger({ documents: tables.documents, table: 'Prices', clock: time.clock }),
  };
  const queue = await acceptChanges(around, count);
  await time.run(workersOf(around, queue));
  const seen = simulator.requests();
  let applied = 0;
  for (let index = 1; index <= count; index += 1) {
    const record = await around.ledger.change(TEAM, changeOf(index));
    if (record?.state === 'applied') applied += 1;
  }
  const writes = ['Put', 'PutItem', 'Update', 'UpdateItem'].reduce(
    (sum, name) => sum + (tables.calls.get(name) ?? 0),
    0,
  );
  await simulator.close();
  tables.close();
  return [
    count,
    applied,
    seen.length,
    (seen.length / count).toFixed(1),
    seen.filter(({ status }) => status === 429).length,
    (((seen.at(-1)?.at ?? NIGHT) - NIGHT) / HOUR).toFixed(2),
    (writes / count).toFixed(1),
  ];
}

/** What a night is played with. */
type Around = {
  time: ReturnType<typeof createVirtualTime>;
  tables: Awaited<ReturnType<typeof startTables>>;
  simulator: Awaited<ReturnType<typeof startSimulator>>;
  keys: Awaited<ReturnType<typeof keyFor>>;
  ledger: ReturnType<typeof createPriceLedger>;
};

const settings = parseSettings({
  teams: [
    {
      name: TEAM,
      keys: { reports: 'r', prices: 'p' },
      prices: { maxIncreasePercent: 100, maxChangesPerDay: 10_000 },
    },
  ],
});

const productOf = (index: number): string => String(6_000_000_000 + index);
const changeOf = (index: number): string => `night/${productOf(index)}`;

const sharedBy = ({ ledger, time }: Around) => ({
  ledger,
  sendEvents: async () => undefined,
  clock: time.clock,
  log: silent,
  metric: () => undefined,
});

/** Accepts a change of each of so many subscriptions. @returns the queue of their messages */
async function acceptChanges(around: Around, count: number): Promise<string[]> {
  const queue: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const id = productOf(index);
    around.simulator.prices.addSubscription({ team: TEAM, id, prices: BEFORE });
    await acceptChange(
      {
        ...sharedBy(around),
        settings,
        queueChange: async ({ changeId }) => void queue.push(changeId),
        findProduct: async () => ({ kind: 'rejected', problems: [] }),
        refusals: createRefusedRequests(around.tables.documents, 'Prices'),
        planOnly: async () => ({ kind: 'rejected', problems: [] }),
      },
      {
        idempotencyKey: changeOf(index),
        team: TEAM,
        product: { kind: 'subscription', id },
        prices: PRICES,
        preserveCurrentPrice: true,
        requestedBy: 'bench',
      },
      false,
    );
  }
  return queue;
}

/** Workers that apply the changes of the queue until all are done. */
function workersOf(around: Around, queue: string[]): (() => Promise<void>)[] {
  const { time, tables, simulator, keys } = around;
  let open = queue.length;
  const worker = async (): Promise<void> => {
    const quota = createRequestQuota({ documents: tables.documents, table: 'RateBudget', clock: time.clock });
    while (open > 0) {
      const changeId = queue.shift();
      if (changeId === undefined) {
        await time.sleep(1_000);
        continue;
      }
      const deadline = time.clock.now() + 300_000;
      const remainingMillis = (): number => deadline - time.clock.now();
      const priceLists = createPriceLists(
        { settings, ...simulatedAccess(time, simulator, { keys, quota, requestMillis: REQUEST_MILLIS }) },
        remainingMillis,
      );
      const deps = {
        ...sharedBy(around),
        audit: memoryAudit(),
        priceList: priceLists,
        rules: (team: string) => priceRules(settings, team),
        sleep: time.sleep,
        remainingMillis,
      };
      const result = await applyChange(deps, TEAM, changeId);
      if (result.kind === 'done') open -= 1;
      else {
        await time.sleep(Math.max(1_000, result.afterMillis));
        queue.push(changeId);
      }
    }
  };
  return Array.from({ length: WORKERS }, () => worker);
}

/** The bucket's part, in memory: one worker's own, as a worker that goes on reads what it wrote. */
const objects = new Map<string, string>();

function memoryAudit(): AuditLog {
  return {
    write: async ({ team, changeId }, name, content) => {
      const key = `${team}/${changeId}/${name}`;
      if (!objects.has(key)) objects.set(key, JSON.stringify(content));
      return key;
    },
    read: async (key) => JSON.parse(objects.get(key) ?? 'null'),
  };
}
