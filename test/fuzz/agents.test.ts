import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import fc from 'fast-check';
import { z } from 'zod';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { openReadOnlyTables, type ReadOnlyTables } from '../../local/lake/read-only-tables.ts';
import { CHANGE, connectAgent } from '../mcp/agent.ts';
import { ends, play } from './cases.ts';
import { damaged, mutated, nastyText } from './hostile.ts';
import { sendable } from './records.ts';

/** What lies beside the tables and no query may show. */
const SECRET = 'mark-of-a-file-that-is-none-of-its-business';
const MOST_ROWS = 5;

describe('Whatever an agent asks the tables', () => {
  const directory = mkdtempSync(join(tmpdir(), 'queries-'));
  const outside = join(directory, 'outside.csv');
  let tables: ReadOnlyTables;
  before(async () => {
    writeFileSync(outside, `a\n${SECRET}\n`);
    tables = await openReadOnlyTables(new Map());
  });
  after(() => {
    tables.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const reads = [
    'read_csv',
    'read_text',
    'read_blob',
    'read_json',
    'read_parquet',
    'glob',
    'sniff_csv',
    'query',
  ]
    .map((name) => `${name}('${outside}')`)
    .concat(`'${outside}'`, `query('SELECT * FROM ''${outside}''')`, `query_table('${outside}')`);
  const queries = [
    'SELECT 1 AS one',
    'SELECT range AS number FROM range(10) ORDER BY 1 DESC LIMIT 3',
    "SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%a%'",
    'WITH recent AS (SELECT 1 AS x) SELECT sum(x) FROM recent',
    ...reads.map((read) => `SELECT * FROM ${read}`),
    ...reads.map((read) => `WITH a AS MATERIALIZED (SELECT * FROM ${read}) SELECT * FROM a, range(2)`),
    `SELECT (SELECT content FROM read_text('${outside}'))`,
    `COPY (SELECT 1) TO '${join(directory, 'written.csv')}'`,
    `EXPORT DATABASE '${directory}'`,
    `ATTACH '${join(directory, 'other.db')}' AS other`,
    `EXPLAIN ANALYZE COPY (SELECT 1) TO '${join(directory, 'written.csv')}'`,
    `SELECT 1; COPY (SELECT 1) TO '${join(directory, 'written.csv')}'`,
    `SET enable_external_access = true; SELECT * FROM '${outside}'`,
    "SELECT set_config('enable_external_access', 'true', false)",
    `PREPARE p AS SELECT * FROM '${outside}'`,
    'INSTALL httpfs',
    "SELECT getenv('HOME')",
  ];
  // A query that counts to a billion ends after half a minute, by the product's patience: none is drawn here.
  const asked = damaged(...queries).filter((sql) => !/range\(\d{4,}/.test(sql));

  it('it shows nothing else, changes nothing, and says why it refuses', (context) =>
    play(context, 'queries', asked, async (sql) => {
      const answer = await ends(() => tables.ask(sql, MOST_ROWS));
      assert.ok((answer?.rows.length ?? 0) <= MOST_ROWS);
      if (!sql.includes(SECRET)) assert.ok(!JSON.stringify(answer ?? '').includes(SECRET), sql);
      assert.deepEqual(readdirSync(directory), ['outside.csv'], `written by ${sql}`);
      const again = await tables.ask('SELECT 1 AS one', 1);
      assert.deepEqual(again.rows, [{ one: 1 }], 'the next query is answered');
    }));
});

const SETTINGS = parseSettings({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'acme/reports', prices: 'acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
      prices: {},
    },
  ],
});
const CAMPAIGN = {
  campaign: 'sale',
  team: 'acme',
  products: ['1'],
  change: { percent: -20 },
  requestedBy: 'cfo',
};
const CALLS: Readonly<Record<string, readonly object[]>> = {
  status: [{}],
  list_reports: [{ team: 'acme', from: '2026-11-01', to: '2026-11-23', state: 'stored' }],
  describe_tables: [{ from: '2026-11-23' }],
  query_reports: [{ sql: 'SELECT 1', from: '2026-11-23', maxRows: 3 }],
  numbers: [{ measure: 'sales', by: 'app', last: '30d', until: '2026-11-23', currency: 'EUR', team: 'acme' }],
  explain_key: [{ team: 'acme', job: 'reports' }],
  plan_price_change: [{ request: CHANGE }, { request: CAMPAIGN }],
  request_price_change: [{ request: CHANGE }, { request: CAMPAIGN }],
  price_change_status: [{ team: 'acme', changeId: 'sale' }],
  approve_price_change: [{ team: 'acme', changeId: 'sale', planSha256: 'a'.repeat(64), by: 'me' }],
};
/** What the engine says of a mistake of ours. */
const RAW = /TypeError|RangeError|ReferenceError|AssertionError|\n {4}at |\[object Object\]/;
const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.tuple([z.object({ type: z.literal('text'), text: z.string().min(1).max(200_100) })]),
});

describe('Whatever an agent calls', () => {
  const attempts = process.env['AWS_MAX_ATTEMPTS'];
  const invoked: { name: string; payload: unknown }[] = [];
  let client: Client;
  before(async () => {
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    client = await connectAgent(SETTINGS, async (name, payload) => {
      invoked.push({ name, payload });
      return { status: 'rejected', problems: [{ path: 'team', message: 'is not known here' }] };
    });
  });
  after(async () => {
    await client.close();
    if (attempts === undefined) delete process.env['AWS_MAX_ATTEMPTS'];
    else process.env['AWS_MAX_ATTEMPTS'] = attempts;
  });

  it('it is answered in words, and approves and sends nothing but what it says', (context) => {
    const call = fc
      .constantFrom(...Object.keys(CALLS))
      .chain((name) =>
        fc.tuple(
          fc.oneof({ weight: 30, arbitrary: fc.constant(name) }, { weight: 1, arbitrary: nastyText }),
          mutated(...(CALLS[name] ?? [])).filter(sendable),
        ),
      );
    return play(context, 'agentCalls', call, async ([name, drawn]) => {
      const input = z.record(z.string(), z.unknown()).safeParse(drawn);
      if (!input.success) return;
      invoked.length = 0;
      const { isError = false, content } = resultSchema.parse(
        await client.callTool({ name, arguments: input.data }),
      );
      const said = content[0].text.replaceAll(JSON.stringify(drawn).slice(1, -1), '');
      assert.doesNotMatch(said, RAW, name);
      if (!(name in CALLS) || name === 'approve_price_change') assert.ok(isError, `${name} is no tool`);
      for (const one of invoked) {
        assert.doesNotMatch(one.name, /Approve|Rotate|Apply/, name);
        if (one.name.startsWith('AcceptPriceChange')) assert.equal(name, 'request_price_change');
      }
    });
  });
});
