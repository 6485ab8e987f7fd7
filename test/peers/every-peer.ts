import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { CLIENT_VERSIONS, installAsc } from '../../bench/peers/clients.ts';
import { type Installed, npmClient, pythonClient } from '../../bench/peers/install.ts';
import { sampleFinancial } from '../../local/simulator/samples/sample-finance.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { runClient } from './run-client.ts';
import { type Simulation, startSimulation } from './simulation.ts';

const TODAY = Temporal.Now.plainDateISO('America/Los_Angeles');
const DAY = TODAY.subtract({ days: 3 }).toString();
/** Old enough to be there whatever the day of the fiscal month. */
const MONTH = TODAY.toPlainYearMonth().subtract({ months: 3 }).toString();
const START_DATE = TODAY.add({ days: 3 }).toString();
const WRONG_ISSUER = '00000000-0000-0000-0000-000000000000';
const TERRITORIES = 175;

const scriptOf = (name: string): string => join(import.meta.dirname, 'clients', name);
const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const gotSchema = z.object({
  sales: z.array(z.string()),
  /** Absent where the client parses the file itself; `financeRows` is how many rows it found then. */
  finance: z.array(z.string()).optional(),
  financeRows: z.number().optional(),
  territories: z.number(),
  apps: z.array(z.string()).optional(),
  /** The customer price that was written and read back, or the one in effect for a client that has no writes. */
  price: z.string().optional(),
  currentPrice: z.string().optional(),
  refusal: z.number(),
});

type Script = {
  name: string;
  install: () => Installed;
  /** Each writer has a territory of its own. A reader reads the price in effect. */
  price: { territory: string; written?: string; current?: string };
};

const SCRIPTS: readonly Script[] = [
  {
    name: `node-app-store-connect-api ${CLIENT_VERSIONS['node-app-store-connect-api']} (npm)`,
    install: () =>
      npmClient(
        'node-app-store-connect-api',
        CLIENT_VERSIONS['node-app-store-connect-api'],
        scriptOf('node-app-store-connect-api.mjs'),
      ),
    price: { territory: 'USA', written: '54.99' },
  },
  {
    name: `appstore-connect-sdk ${CLIENT_VERSIONS['appstore-connect-sdk']} (npm), whose tokens have no iat`,
    install: () =>
      npmClient(
        'appstore-connect-sdk',
        CLIENT_VERSIONS['appstore-connect-sdk'],
        scriptOf('appstore-connect-sdk.mjs'),
      ),
    price: { territory: 'CAN', written: '79.99' },
  },
  {
    name: `dlt-source-app-store-connect ${CLIENT_VERSIONS['dlt-source-app-store-connect']} (PyPI)`,
    install: () =>
      pythonClient(
        'dlt-source-app-store-connect',
        CLIENT_VERSIONS['dlt-source-app-store-connect'],
        scriptOf('run_dlt_source.py'),
        12,
      ),
    price: { territory: 'USA', current: '49.99' },
  },
  {
    name: `appstoreconnect ${CLIENT_VERSIONS.appstoreconnect} (PyPI), whose tokens have no iat`,
    install: () =>
      pythonClient('appstoreconnect', CLIENT_VERSIONS.appstoreconnect, scriptOf('run_appstoreconnect.py'), 8),
    price: { territory: 'USA', current: '49.99' },
  },
];

describe('A client of somebody else, unchanged, against asc-jobs simulate --https', () => {
  let simulation: Simulation;
  before(async () => {
    simulation = await startSimulation();
  });
  after(() => simulation.stop());

  for (const { name, install, price } of SCRIPTS) {
    it(`${name}: a day of sales, a finance month, a walk through pages, a price, a 401`, async (context) => {
      const installed = install();
      if ('missing' in installed) return context.skip(installed.missing);
      const { key, vendor, products } = simulation;
      const order = {
        keyId: key.keyId,
        issuerId: key.issuerId,
        wrongIssuerId: WRONG_ISSUER,
        privateKeyFile: key.file,
        vendor,
        day: DAY,
        month: MONTH,
        subscription: products.subscription,
        territory: price.territory,
        price: price.written,
        startDate: START_DATE,
      };
      const ran = await runClient(installed, [], simulation, { stdin: JSON.stringify(order) });
      assert.equal(ran.status, 0, ran.err);
      const got = gotSchema.parse(JSON.parse(ran.out));
      assert.deepEqual(got.sales, linesOf(sampleSales({ vendor, day: DAY })));
      const finance = linesOf(sampleFinancial({ vendor, month: MONTH }));
      if (got.finance === undefined) assert.equal(got.financeRows, finance.length - 1);
      else assert.deepEqual(got.finance, finance);
      assert.equal(got.territories, TERRITORIES);
      assert.equal(got.price, price.written);
      assert.equal(got.currentPrice, price.current);
      if (got.apps !== undefined) assert.ok(got.apps.includes('Photo Pro'), got.apps.join(', '));
      assert.equal(got.refusal, 401);
    });
  }

  it('asc (Go), whose tokens name their audience in a list: the same', async (context) => {
    const installed = installAsc();
    if ('missing' in installed) return context.skip(installed.missing);
    await ascSession(installed, simulation);
  });
});

const ascList = z.object({ data: z.array(z.unknown()) });
const ascPrice = z.object({ customerPrice: z.string() });

async function ascSession(
  installed: Extract<Installed, { command: string }>,
  simulation: Simulation,
): Promise<void> {
  const { key, vendor, products, directory } = simulation;
  const asc = async (args: readonly string[], issuerId = key.issuerId) =>
    runClient(installed, args, simulation, {
      environment: {
        ASC_KEY_ID: key.keyId,
        ASC_ISSUER_ID: issuerId,
        ASC_PRIVATE_KEY_PATH: key.file,
        ASC_VENDOR_NUMBER: vendor,
        ASC_BYPASS_KEYCHAIN: '1',
      },
    });
  const succeed = async (...args: string[]): Promise<string> => {
    const { status, out, err } = await asc(args);
    assert.equal(status, 0, `asc ${args.join(' ')}: ${err}`);
    return out;
  };
  const sales = ['--type', 'SALES', '--subtype', 'SUMMARY', '--frequency', 'DAILY', '--date', DAY];
  await succeed('analytics', 'sales', ...sales, '--decompress', '--output', 'sales.tsv.gz');
  assert.deepEqual(
    linesOf(readFileSync(join(directory, 'sales.tsv'), 'utf8')),
    linesOf(sampleSales({ vendor, day: DAY })),
  );
  const finance = ['--report-type', 'FINANCIAL', '--region', 'ZZ', '--date', MONTH];
  await succeed('finance', 'reports', ...finance, '--decompress', '--output', 'finance.tsv.gz');
  assert.deepEqual(
    linesOf(readFileSync(join(directory, 'finance.tsv'), 'utf8')),
    linesOf(sampleFinancial({ vendor, month: MONTH })),
  );
  const walked = await succeed('pricing', 'territories', 'list', '--limit', '50', '--paginate');
  assert.equal(ascList.parse(JSON.parse(walked)).data.length, TERRITORIES);
  const current = await succeed('pricing', 'current', '--app', products.app);
  assert.equal(ascPrice.parse(JSON.parse(current)).customerPrice, '9.99');
  const price = ['--subscription-id', products.subscription, '--territory', 'GB', '--price', '54.99'];
  await succeed('subscriptions', 'pricing', 'prices', 'set', ...price, '--start-date', START_DATE);
  const prices = await succeed(
    'subscriptions',
    'pricing',
    'prices',
    'list',
    '--subscription-id',
    products.subscription,
    '--paginate',
  );
  assert.match(prices, new RegExp(`"startDate": ?"${START_DATE}"`));
  const refused = await asc(['apps', 'list'], WRONG_ISSUER);
  assert.notEqual(refused.status, 0);
  assert.match(refused.err, /Authentication credentials are missing or invalid/);
}
