import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stockSamples } from '../../../local/simulator/samples/sample-stock.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { type Operator, operatorOf } from '../../cli/operator/operator.ts';
import { TEN } from '../../end-to-end/prices/prices.ts';
import { wordsOf } from '../fences.ts';

/** Groups of commands: in the page's table the words after one belong to it. */
const GROUPS = ['reports', 'prices', 'keys'];
const RIGHTS: Readonly<Record<string, string>> = {
  Invoke: 'InvokeFunction',
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  ListObjects: 'ListBucket',
};

/**
 * What the table "Which deployment" of docs/commands.md says that each command needs: actions of IAM by command.
 * The first row holds for all.
 */
function rightsInPage(): { all: readonly string[]; of: ReadonlyMap<string, readonly string[]> } {
  const page = readFileSync('docs/commands.md', 'utf8');
  const table = page.slice(page.indexOf('| for | on |'), page.indexOf('## Exit codes'));
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split(' | '));
  const of = new Map<string, string[]>();
  for (const [names = '', , needs = ''] of rows.slice(1))
    for (const name of commandsIn(names)) of.set(name, [...(of.get(name) ?? []), ...actionsIn(needs)]);
  return { all: actionsIn(rows[0]?.[2] ?? ''), of };
}

/** `prices plan`, `apply`, `doctor` are three: prices plan, prices apply, doctor. */
function commandsIn(cell: string): string[] {
  let group = '';
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => {
    const [first = ''] = text.split(' ');
    if (GROUPS.includes(first)) {
      group = first;
      return text;
    }
    return COMMANDS.some(([name]) => name === `${group} ${text}`) ? `${group} ${text}` : text;
  });
}

/** `s3:GetObject`, `ListBucket` are s3:GetObject and s3:ListBucket. */
function actionsIn(cell: string): string[] {
  let service = '';
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => {
    const [before = '', action] = text.split(':');
    if (action !== undefined) service = before;
    return action === undefined ? `${service}:${text}` : text;
  });
}

/** Each command with a line of it, in an order in which every one has something to do. */
const COMMANDS: readonly (readonly [name: string, line: string])[] = [
  ['status', 'status'],
  ['reports list', 'reports list'],
  ['reports get', 'reports get --date DAY --out OUT.gz'],
  ['reports get', 'reports get --date DAY --table --out OUT.parquet'],
  ['reports query', 'reports query "SELECT count(*) FROM sales_daily"'],
  ['reports backfill', 'reports backfill --from DAY --to DAY --refetch --wait --yes'],
  ['reports rebuild', 'reports rebuild --from DAY --to DAY --yes'],
  ['numbers', 'numbers sales'],
  ['numbers', 'numbers sales --in EUR'],
  ['products', 'products'],
  ['prices plan', 'prices plan FIRST'],
  ['prices apply', 'prices apply FIRST --yes'],
  ['prices status', 'prices status'],
  ['prices status', 'prices status --team acme first'],
  ['prices effect', 'prices effect --team acme first'],
  ['prices rollback', 'prices rollback --team acme first --yes'],
  ['prices apply', 'prices apply SECOND --yes'],
  ['prices withdraw', 'prices withdraw --team acme second --by a@acme.example --yes'],
  ['prices apply', 'prices apply THIRD --yes'],
  ['prices decline', 'prices decline --team acme third --by b@acme.example --yes'],
  ['prices apply', 'prices apply FOURTH --yes'],
  ['prices approve', 'prices approve --team acme fourth --by b@acme.example'],
  ['prices plan', 'prices plan --campaign CAMPAIGN'],
  ['prices apply', 'prices apply --campaign CAMPAIGN --yes'],
  ['prices status', 'prices status --team acme sale'],
  ['prices rollback', 'prices rollback --team acme sale --yes'],
  ['prices diff', 'prices diff --team acme'],
  ['prices moves', 'prices moves'],
  ['tables ddl', 'tables ddl --for duckdb'],
  ['keys status', 'keys status'],
  ['keys check', 'keys check'],
  ['keys remind', 'keys remind'],
  ['keys rotate', 'keys rotate --team acme --job reports --p8 NEWKEY'],
  ['keys correct', 'keys correct --team acme --job reports --created-at 2026-09-01'],
  ['doctor', 'doctor'],
  ['doctor --deployment', 'doctor --deployment'],
  ['token', 'token --team acme --job reports --get /v1/apps'],
];

describe('The AWS rights that docs/commands.md names for each command', () => {
  let world: World;
  let operator: Operator;
  const files = new Map<string, string>();
  before(async () => {
    world = await startWorld({
      now: TEN,
      reportsRole: 'ADMIN',
      settings: {
        teams: [
          {
            name: 'acme',
            keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
            prices: { approvalAbovePercent: 15, watch: 'all' },
            vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 5 }],
          },
        ],
      },
    });
    stockSamples(world.simulator, { team: 'acme', vendor: '85012345', now: TEN, days: 5 });
    for (const job of ['FetchExchangeRates', 'PlanReports', 'CheckKeys']) await world.cloud.invoke(job);
    await world.cloud.drain();
    operator = operatorOf(world);
    const request = (idempotencyKey: string, price: string) => ({
      idempotencyKey,
      team: 'acme',
      product: { kind: 'subscription', id: '6448311069' },
      prices: { USA: price },
      preserveCurrentPrice: true,
      requestedBy: 'a@acme.example',
    });
    const put = (name: string, json: unknown): void => {
      const file = join(operator.directory, `${name}.json`);
      writeFileSync(file, JSON.stringify(json));
      files.set(name, file);
    };
    put('FIRST', request('first', '54.99'));
    put('SECOND', request('second', '59.99'));
    put('THIRD', request('third', '59.99'));
    put('FOURTH', request('fourth', '59.99'));
    put('CAMPAIGN', {
      campaign: 'sale',
      team: 'acme',
      products: [
        { kind: 'inAppPurchase', id: '6448311070' },
        { kind: 'app', id: '6448311001' },
      ],
      change: { percent: -5 },
      requestedBy: 'a@acme.example',
    });
    files.set('DAY', '2026-11-22');
    for (const name of ['OUT.gz', 'OUT.parquet']) files.set(name, join(operator.directory, name));
    files.set('NEWKEY', operator.download('ROTATE0001').file);
  });
  after(() => world.close());

  it('are all that it uses', async () => {
    const { all, of } = rightsInPage();
    const lacking: string[] = [];
    for (const [name, line] of COMMANDS) {
      const words = wordsOf(line).map((word) => files.get(word) ?? word);
      const from = world.cloud.requests().length;
      const { exit, out, err } = await operator.run(words, 'yes');
      assert.ok(exit < 2, `${line}\n${out}${err}`);
      const used = world.cloud
        .requests()
        .slice(from)
        .filter(({ caller }) => caller === 'operator')
        .map(({ service, operation }) => `${service}:${RIGHTS[operation] ?? operation}`);
      for (const action of new Set(used))
        if (!all.includes(action) && !(of.get(name) ?? []).includes(action))
          lacking.push(`${line}: ${action}`);
    }
    assert.deepEqual(lacking, []);
  });
});
