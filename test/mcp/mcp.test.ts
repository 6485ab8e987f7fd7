import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { z } from 'zod';
import { stockSamples } from '../../local/simulator/samples/sample-stock.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { keyLines, leaksIn } from '../leaks.ts';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');
const SUBSCRIPTION = { kind: 'subscription', id: '6448311069' };
const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.tuple([z.object({ type: z.literal('text'), text: z.string() })]),
});

/** An agent's client, as it is, over stdio to `asc-jobs mcp` as a process of its own. */
describe('asc-jobs mcp, asked by the SDK’s own client', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mcp-'));
  const texts: string[] = [];
  let world: World;
  let client: Client;

  before(async () => {
    const now = Date.now();
    const settings = {
      teams: [
        {
          name: 'acme',
          keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
          vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 5 }],
          prices: { approvalAbovePercent: 15 },
        },
      ],
    };
    world = await startWorld({ now, settings });
    stockSamples(world.simulator, { team: 'acme', vendor: '85012345', now });
    for (const job of ['PlanReports', 'CheckKeys']) await world.cloud.invoke(job);
    await world.cloud.drain();
    writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
    client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [
          COMMAND,
          'mcp',
          ...['--endpoint', world.cloud.clientConfig.endpoint],
          ...['--settings', join(directory, 'settings.json')],
        ],
        cwd: directory,
        stderr: 'pipe',
      }),
    );
  });
  after(async () => {
    await client.close();
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const call = async (name: string, input: Record<string, unknown> = {}) => {
    const { isError = false, content } = resultSchema.parse(
      await client.callTool({ name, arguments: input }),
    );
    texts.push(content[0].text);
    return { isError, text: content[0].text };
  };
  const json = async (name: string, input: Record<string, unknown> = {}): Promise<unknown> => {
    const { isError, text } = await call(name, input);
    assert.equal(isError, false, text);
    return JSON.parse(text);
  };
  const rowsSchema = z.object({ rows: z.array(z.record(z.string(), z.unknown())), more: z.boolean() });
  const ask = async (sql: string, more: Record<string, unknown> = {}) =>
    rowsSchema.parse(await json('query_reports', { sql, ...more }));

  it('answers numbers from the models, with what they lack', async () => {
    const answer = z
      .object({
        measure: z.string(),
        unit: z.string(),
        rows: z.array(z.unknown()).min(1),
        missingDays: z.array(z.string()),
      })
      .parse(await json('numbers', { measure: 'sales', last: '3d' }));
    assert.equal(answer.measure, 'sales');
    assert.equal((await call('numbers', { measure: 'sales', last: 'ever' })).isError, true);
    const reviews = await call('numbers', { measure: 'reviews', by: 'country' });
    assert.match(reviews.text, /The settings keep no reviews/);
  });

  it('offers what an agent may do, and no approval', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name).sort(), [
      'apple_price_moves',
      'describe_tables',
      'explain_key',
      'list_reports',
      'numbers',
      'plan_price_change',
      'price_change_status',
      'query_reports',
      'request_price_change',
      'status',
    ]);
    const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
    assert.deepEqual(
      writing.map(({ name }) => name),
      ['request_price_change'],
    );
    assert.match(client.getInstructions() ?? '', /request it only when they agree/);
  });

  it('tells what Apple moved by itself, of a span that it understands', async () => {
    const moved = await json('apple_price_moves', { team: 'acme', last: '4w' });
    assert.deepEqual(moved, { days: [], unreadable: [] });
    const refused = await call('apple_price_moves', { last: 'ever' });
    assert.equal(refused.isError, true);
    assert.match(refused.text, /must be a span such as 30d/);
  });

  it('tells how reports and keys stand', async () => {
    const status = z
      .object({
        reports: z.array(z.object({ report: z.string(), days: z.record(z.string(), z.number()) })),
        keys: z.array(z.object({ job: z.string(), health: z.string() })),
      })
      .parse(await json('status'));
    assert.ok((status.reports[0]?.days['stored'] ?? 0) >= 4);
    assert.equal(status.keys.length, 2);
    const stored = z
      .array(z.object({ days: z.array(z.object({ state: z.string() })) }))
      .parse(await json('list_reports', { state: 'stored' }));
    assert.deepEqual([...new Set(stored[0]?.days.map(({ state }) => state))], ['stored']);
    assert.equal(z.array(z.unknown()).parse(await json('explain_key', { team: 'acme' })).length, 2);
  });

  it('answers queries, as many rows as were asked for', async () => {
    const tables = z.array(z.object({ name: z.string() })).parse(await json('describe_tables'));
    assert.ok(tables.some(({ name }) => name === 'sales_daily'));
    const { rows, more } = await ask('SELECT report_date, units FROM sales_summary_daily', { maxRows: 3 });
    assert.deepEqual([rows.length, more], [3, true]);
  });

  it('lets no query read, write, load, set or reach anything else', async () => {
    const outside = join(directory, 'secret.csv');
    writeFileSync(outside, 'a\n1\n');
    const forbidden = [
      `SELECT * FROM read_csv('${outside}')`,
      `SELECT * FROM read_text('${outside}')`,
      `SELECT * FROM '${outside}'`,
      `SELECT * FROM glob('${directory}/*')`,
      `COPY (SELECT 1) TO '${join(directory, 'written.csv')}'`,
      `ATTACH '${join(directory, 'other.db')}'`,
      'INSTALL httpfs',
      'LOAD httpfs',
      "SELECT * FROM read_parquet('https://example.com/x.parquet')",
      'SET enable_external_access = true',
      'RESET lock_configuration',
      'CREATE TABLE t AS SELECT 1',
      'DROP VIEW sales_daily',
      'SELECT 1; SELECT 2',
      'PRAGMA threads = 8',
    ];
    for (const sql of forbidden) {
      const { isError, text } = await call('query_reports', { sql });
      assert.equal(isError, true, `${sql}: ${text}`);
    }
    const { rows } = await ask('SELECT count(*) AS count FROM sales_daily');
    assert.equal(rows.length, 1, 'the tables are as they were');
  });

  const change = (key: string, price: string) => ({
    request: {
      idempotencyKey: key,
      team: 'acme',
      product: SUBSCRIPTION,
      prices: { USA: price },
      preserveCurrentPrice: true,
      requestedBy: 'cfo@acme.example',
      reason: 'test',
    },
  });
  const writes = () => world.simulator.requests().filter(({ method }) => method !== 'GET').length;
  const stateOf = async (changeId: string): Promise<string> => {
    for (;;) {
      await world.cloud.drain();
      const { state } = z
        .object({ state: z.string() })
        .parse(await json('price_change_status', { team: 'acme', changeId }));
      if (state !== 'accepted' && state !== 'sending') return state;
    }
  };

  it('plans without sending, names every limit, and requests through the same front door', async () => {
    const plan = z
      .object({ status: z.string(), planMarkdown: z.string() })
      .parse(await json('plan_price_change', change('small', '44.99')));
    assert.equal(plan.status, 'planned');
    assert.match(plan.planMarkdown, /44\.99/);
    const named = change('named', '44.99');
    const byName = { request: { ...named.request, product: `product.${SUBSCRIPTION.id}` } };
    assert.match(JSON.stringify(await json('plan_price_change', byName)), /"status": ?"planned"/);
    const refused = z
      .object({ status: z.string(), problems: z.array(z.object({ message: z.string() })) })
      .parse(await json('plan_price_change', change('steep', '4.99')));
    assert.equal(refused.status, 'rejected');
    assert.match(refused.problems[0]?.message ?? '', /the limit is/);
    assert.equal(writes(), 0);
    assert.match(JSON.stringify(await json('request_price_change', change('small', '44.99'))), /accepted/);
    assert.equal(await stateOf('small'), 'applied');
    assert.equal(writes(), 1);
  });

  it('plans and requests a campaign over products, and cannot approve it', async () => {
    const request = {
      ...{ campaign: 'sale', team: 'acme', products: [{ kind: 'subscription', id: SUBSCRIPTION.id }] },
      ...{ change: { prices: { USA: '34.99' } }, requestedBy: 'cfo@acme.example', reason: 'a sale' },
    };
    const planned = JSON.stringify(await json('plan_price_change', { request }));
    assert.match(planned, /One approval is needed for the whole campaign/);
    assert.match(JSON.stringify(await json('request_price_change', { request })), /accepted/);
    await world.cloud.drain();
    const status = await json('price_change_status', { team: 'acme', changeId: 'sale' });
    assert.match(JSON.stringify(status), /awaitingApproval/);
  });

  it('leaves a change that needs an approval waiting', async () => {
    await json('request_price_change', change('large', '34.99'));
    assert.equal(await stateOf('large'), 'planned');
    const { isError } = await call('approve_price_change', { team: 'acme', changeId: 'large' });
    assert.equal(isError, true);
    assert.equal(writes(), 1, 'nothing more was sent');
  });

  it('shows no key', () => {
    const secrets = [...world.keys.values(), ...world.priceKeys.values()].flatMap(({ privateKeyPem }) =>
      keyLines(privateKeyPem),
    );
    assert.deepEqual(
      texts.flatMap((text) => leaksIn({ where: 'answer', text }, secrets)),
      [],
    );
  });
});
