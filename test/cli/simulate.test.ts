import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { z } from 'zod';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');
const factsSchema = z.object({
  url: z.string(),
  vendor: z.string(),
  keys: z.array(z.object({ keyId: z.string(), issuerId: z.string(), role: z.string(), file: z.string() })),
  products: z.record(z.string(), z.string()),
});

/** `asc-jobs simulate`, as somebody else's test suite starts it. */
describe('The simulator alone', () => {
  let directory = '';
  let child: ChildProcess;
  let facts: z.output<typeof factsSchema>;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'simulate-'));
    child = spawn(process.execPath, [COMMAND, 'simulate', '--json', '--port', '0', '--keys', directory]);
    let out = '';
    for await (const chunk of child.stdout ?? []) {
      out += String(chunk);
      if (out.trimEnd().endsWith('}')) break;
    }
    facts = factsSchema.parse(JSON.parse(out));
  });
  after(() => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  const tokenOf = (role: string): Promise<string> => {
    const key = facts.keys.find((one) => one.role === role);
    if (key === undefined) throw new Error(`no key of role ${role}`);
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: key.keyId, typ: 'JWT' })
      .setIssuer(key.issuerId)
      .setAudience('appstoreconnect-v1')
      .setIssuedAt()
      .setExpirationTime('2m')
      .sign(createPrivateKey(readFileSync(key.file)));
  };
  const get = async (path: string, token?: string): Promise<Response> =>
    fetch(
      `${facts.url}${path}`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );

  it('answers whoever signs with one of the keys it has put down', async () => {
    const points = `/v1/subscriptions/${facts.products['subscription']}/pricePoints?filter[territory]=USA`;
    const answer = await get(points, await tokenOf('APP_MANAGER'));
    assert.equal(answer.status, 200, await answer.clone().text());
    const { data } = z.object({ data: z.array(z.object({ type: z.string() })) }).parse(await answer.json());
    assert.equal(data[0]?.type, 'subscriptionPricePoints');
  });

  it('refuses whoever signs with none, or whose role may not', async () => {
    assert.equal((await get('/v1/apps')).status, 401);
    const sales = `/v1/salesReports?filter[vendorNumber]=${facts.vendor}&filter[reportType]=SALES&filter[reportSubType]=SUMMARY&filter[frequency]=DAILY`;
    assert.equal((await get(sales, await tokenOf('APP_MANAGER'))).status, 403);
  });

  it('has finance reports, apps and analytics for the key that may see them all', async () => {
    const admin = await tokenOf('ADMIN');
    const list = z.object({ data: z.array(z.object({ id: z.string() })) });
    const first = async (path: string): Promise<string> => {
      const answer = await get(path, admin);
      assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
      const [found] = list.parse(await answer.json()).data;
      assert.ok(found, path);
      return found.id;
    };
    const app = await first('/v1/apps?filter[bundleId]=com.acme.tide');
    const request = await first(`/v1/apps/${app}/analyticsReportRequests`);
    const report = await first(`/v1/analyticsReportRequests/${request}/reports`);
    const instance = await first(`/v1/analyticsReports/${report}/instances`);
    await first(`/v1/analyticsReportInstances/${instance}/segments`);
    const month = new Date(Date.now() - 100 * 86_400_000).toISOString().slice(0, 7);
    const finance = `/v1/financeReports?filter[vendorNumber]=${facts.vendor}&filter[reportType]=FINANCIAL&filter[regionCode]=ZZ&filter[reportDate]=${month}`;
    assert.equal((await get(finance, admin)).status, 200, month);
  });

  it('prints the whole line that shows its numbers in another terminal', async () => {
    const person = spawn(process.execPath, [
      COMMAND,
      'simulate',
      '--port',
      '0',
      '--keys',
      join(directory, 'own'),
    ]);
    try {
      let out = '';
      for await (const chunk of person.stdout) {
        out += String(chunk);
        if (/ try .*\n/.test(out)) break;
      }
      const [, url = '', file = '', issuer = ''] =
        /^ {2}APP_STORE_CONNECT_BASE_URL=(\S+) npx asc-jobs try --p8 (\S+) --issuer (\S+) --vendor 85012345 /m.exec(
          out,
        ) ?? [];
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/, out);
      assert.match(readFileSync(file, 'utf8'), /PRIVATE KEY/);
      assert.ok(out.includes(`issuer ${issuer}`));
    } finally {
      person.kill('SIGKILL');
    }
  });

  it('says so where its port is taken, and stops when it is told to', async () => {
    const other = spawn(process.execPath, [
      COMMAND,
      'simulate',
      '--port',
      new URL(facts.url).port,
      '--keys',
      directory,
    ]);
    let told = '';
    other.stderr.on('data', (chunk) => {
      told += String(chunk);
    });
    assert.deepEqual(await once(other, 'exit'), [3, null]);
    assert.match(told, /EADDRINUSE.*\n.*--port/);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
