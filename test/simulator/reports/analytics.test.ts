import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { checkAnswer } from '../answer-check.ts';
import { type Apple, ask, issuerId, keys, startApple, token } from '../apple.ts';

const APP = '6448311069';
const HOUR = 3_600_000;

/** An Apple whose team has an app, and a key that may do everything. */
async function startAnalytics(context: TestContext): Promise<Apple> {
  const apple = await startApple(context);
  const { simulator } = apple;
  simulator.addTeam({ name: 'tide', issuerId: ISSUER, vendors: [], apps: [APP] });
  const common = { team: 'tide', kind: 'team', publicKey: keys.stranger.publicKey } as const;
  simulator.addKey({ ...common, keyId: 'TIDEADMIN1', roles: ['ADMIN'] });
  simulator.addKey({ ...common, keyId: 'TIDEFINANC', roles: ['FINANCE'] });
  simulator.addKey({ ...common, keyId: 'TIDEDEVELO', roles: ['DEVELOPER'] });
  return apple;
}

const ISSUER = issuerId.replace('5', '6');

async function call(apple: Apple, path: string, keyId = 'TIDEADMIN1', body?: unknown) {
  const signed = { claims: { iss: ISSUER }, header: { kid: keyId }, privateKey: keys.stranger.privateKey };
  const heard = await ask(apple, path, {
    token: await token(apple, signed),
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const json = JSON.parse(heard.bytes.toString('utf8'));
  checkAnswer(body === undefined ? 'GET' : 'POST', path, heard);
  return { ...heard, json };
}

const creation = (accessType = 'ONGOING', app = APP) => ({
  data: {
    type: 'analyticsReportRequests',
    attributes: { accessType },
    relationships: { app: { data: { type: 'apps', id: app } } },
  },
});
const POST = '/v1/analyticsReportRequests';

describe('The simulator’s requests for analytics', () => {
  it('are made by an Admin only, for an app of the team, and once', async (context) => {
    const apple = await startAnalytics(context);
    assert.equal((await call(apple, POST, 'TIDEFINANC', creation())).status, 403);
    assert.equal((await call(apple, POST, 'TIDEADMIN1', creation('ONGOING', '1'))).status, 409);
    assert.equal((await call(apple, POST, 'TIDEADMIN1', creation('SOMETIMES'))).status, 422);
    assert.equal((await call(apple, POST, 'TIDEADMIN1', creation())).status, 201);
    const again = await call(apple, POST, 'TIDEADMIN1', creation());
    assert.deepEqual([again.status, again.detail], [409, 'You already have such an entity']);
    assert.equal((await call(apple, POST, 'TIDEADMIN1', creation('ONE_TIME_SNAPSHOT'))).status, 201);
  });

  it('are there for each app of the account, also for one that only has a price', async (context) => {
    const apple = await startAnalytics(context);
    apple.simulator.prices.addApp({ id: '77', team: 'tide', name: 'Ebb', prices: { USA: '0.99' } });
    assert.equal((await call(apple, '/v1/apps/77/analyticsReportRequests')).status, 200);
    const made = await call(apple, POST, 'TIDEADMIN1', creation('ONGOING', '77'));
    assert.equal(made.status, 201);
    const reports = `/v1/analyticsReportRequests/${made.json.data.id}/reports`;
    assert.equal((await call(apple, reports)).status, 200);
  });

  it('are read by Finance, and say when they have stopped', async (context) => {
    const apple = await startAnalytics(context);
    apple.simulator.analytics.create(APP, 'ONGOING', apple.clock.now());
    const path = `/v1/apps/${APP}/analyticsReportRequests?filter[accessType]=ONGOING`;
    const stopped = async () =>
      (await call(apple, path, 'TIDEFINANC')).json.data[0].attributes.stoppedDueToInactivity;
    assert.equal(await stopped(), false);
    apple.simulator.analytics.stop(APP, apple.clock.now());
    assert.equal(await stopped(), true);
    assert.equal((await call(apple, path, 'TIDEDEVELO')).status, 403);
    assert.equal((await ask(apple, path)).status, 404, 'an app of another team');
  });
});

describe('The simulator’s instances', () => {
  it('come a day or two after the request, page by page, and lead to segments on another host', async (context) => {
    const apple = await startAnalytics(context);
    const { simulator, clock } = apple;
    const request = simulator.analytics.create(APP, 'ONGOING', clock.now());
    for (const day of ['01', '02', '03']) {
      simulator.analytics.put({
        app: APP,
        category: 'COMMERCE',
        name: 'App Downloads Standard',
        granularity: 'DAILY',
        processingDate: `2026-11-${day}`,
        availableAt: clock.now(),
        segments: ['Date\tCounts\n2026-11-01\t1\n'],
      });
    }
    const reports = await call(
      apple,
      `/v1/analyticsReportRequests/${request.id}/reports?filter[category]=COMMERCE&filter[name]=App Downloads Standard`,
    );
    const [report] = reports.json.data;
    const path = `/v1/analyticsReports/${report.id}/instances?filter[granularity]=DAILY&limit=2`;
    assert.deepEqual((await call(apple, path)).json.data, []);
    clock.advance(48 * HOUR);
    const first = (await call(apple, path)).json;
    assert.equal(first.data.length, 2);
    const next = new URL(first.links.next);
    const second = (await call(apple, next.pathname + next.search)).json;
    assert.deepEqual([second.data.length, second.links.next], [1, undefined]);

    const segments = await call(apple, `/v1/analyticsReportInstances/${first.data[0].id}/segments`);
    const [{ attributes }] = segments.json.data;
    assert.notEqual(new URL(attributes.url).origin, simulator.origin);
    assert.equal((await fetch(attributes.url)).status, 200);
    assert.equal((await fetch(attributes.url, { headers: { authorization: 'Bearer x' } })).status, 400);
    assert.equal((await fetch(attributes.url.replace('Signature=', 'Signature=0'))).status, 403);
    clock.advance(6 * 60_000);
    assert.equal((await fetch(attributes.url)).status, 403, 'good for five minutes');
  });
});
