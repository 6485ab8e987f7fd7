import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { checkAnswer } from './answer-check.ts';
import { type Apple, ask, issuerId, keys, startApple, token } from './apple.ts';

const document = z.object({
  data: z.array(z.object({ id: z.string(), attributes: z.record(z.string(), z.unknown()) })),
  links: z.object({ self: z.string(), next: z.string().optional() }),
  meta: z.object({ paging: z.object({ nextCursor: z.string().optional() }) }),
});

async function startWithApps(context: TestContext): Promise<Apple> {
  const apple = await startApple(context);
  const { simulator } = apple;
  simulator.addTeam({
    name: 'shop',
    issuerId: 'aaaaaaaa-96fe-1a63-e053-0824d011072a',
    vendors: [],
    apps: [
      '1',
      { id: '2', name: 'Tide', bundleId: 'com.shop.tide', sku: 'TIDE', primaryLocale: 'de-DE' },
      { id: '3', name: 'Kana', bundleId: 'com.shop.kana', sku: 'KANA' },
    ],
  });
  simulator.prices.addApp({ team: 'shop', id: '4', name: 'Souk', prices: { USA: '0.99' } });
  simulator.prices.addApp({ team: 'acme', id: '9', prices: { USA: '0.99' } });
  const { publicKey } = keys.stranger;
  simulator.addKey({ team: 'shop', kind: 'team', keyId: 'SHOPADMIN1', roles: ['ADMIN'], publicKey });
  return apple;
}

async function get(apple: Apple, path: string) {
  const claims = { iss: 'aaaaaaaa-96fe-1a63-e053-0824d011072a' };
  const bearer = await token(apple, {
    claims,
    header: { kid: 'SHOPADMIN1' },
    privateKey: keys.stranger.privateKey,
  });
  const heard = await ask(apple, path, { token: bearer });
  if (heard.status !== 501) checkAnswer('GET', path, heard);
  return heard;
}

const list = async (apple: Apple, query: string) => {
  const { status, bytes } = await get(apple, `/v1/apps?${query}`);
  assert.equal(status, 200, bytes.toString());
  return document.parse(JSON.parse(bytes.toString()));
};
const ids = async (apple: Apple, query: string) => (await list(apple, query)).data.map(({ id }) => id);

describe('GET /v1/apps', () => {
  it('lists the team’s apps, those with prices among them', async (context) => {
    assert.deepEqual((await ids(await startWithApps(context), '')).toSorted(), ['1', '2', '3', '4']);
  });

  it('finds an app by bundle ID, SKU, name or Apple ID', async (context) => {
    const apple = await startWithApps(context);
    assert.deepEqual(await ids(apple, 'filter[bundleId]=com.shop.tide'), ['2']);
    assert.deepEqual(await ids(apple, 'filter[sku]=KANA,TIDE&sort=name'), ['3', '2']);
    assert.deepEqual(await ids(apple, 'filter[name]=Souk'), ['4']);
    assert.deepEqual(await ids(apple, 'filter[id]=1'), ['1']);
  });

  it('sorts, and gives the fields that were chosen', async (context) => {
    const apple = await startWithApps(context);
    const { data } = await list(apple, 'sort=-name&filter[id]=2,3,4&fields[apps]=name,bundleId');
    assert.deepEqual(
      data.map(({ attributes }) => attributes),
      [
        { name: 'Tide', bundleId: 'com.shop.tide' },
        { name: 'Souk', bundleId: 'app.4' },
        { name: 'Kana', bundleId: 'com.shop.kana' },
      ],
    );
  });

  it('goes page by page, by link and by cursor', async (context) => {
    const apple = await startWithApps(context);
    const first = await list(apple, 'limit=3&sort=sku');
    assert.equal(first.data.length, 3);
    assert.ok(first.links.next?.startsWith(`${apple.simulator.origin}/v1/apps?`), first.links.next);
    const second = await list(apple, `limit=3&sort=sku&cursor=${first.meta.paging.nextCursor}`);
    assert.equal(second.data.length, 1);
    assert.equal(second.links.next, undefined);
    assert.equal(second.meta.paging.nextCursor, undefined);
  });

  it('refuses what Apple does not have, and says what is not played', async (context) => {
    const apple = await startWithApps(context);
    const refused = async (query: string) => {
      const { status, code } = await get(apple, `/v1/apps?${query}`);
      return [status, code];
    };
    assert.deepEqual(await refused('filter[colour]=red'), [400, 'PARAMETER_ERROR.ILLEGAL']);
    assert.deepEqual(await refused('sort=colour'), [400, 'PARAMETER_ERROR.INVALID']);
    assert.deepEqual(await refused('include=prices'), [400, 'PARAMETER_ERROR.INVALID']);
    assert.deepEqual(await refused('include=appInfos'), [501, 'SIMULATOR.NOT_PLAYED']);
    assert.deepEqual(await refused('filter[appStoreVersions.platform]=IOS'), [501, 'SIMULATOR.NOT_PLAYED']);
  });

  it('tells one app, with or without a price, and none of another team', async (context) => {
    const apple = await startWithApps(context);
    const status = async (id: string) => (await get(apple, `/v1/apps/${id}`)).status;
    assert.deepEqual([await status('2'), await status('4'), await status('9')], [200, 200, 404]);
  });
});

describe('a path', () => {
  const answerOf = async (context: TestContext, path: string, method = 'GET') => {
    const apple = await startApple(context);
    const claims = { iss: issuerId };
    const bearer = await token(apple, {
      claims,
      header: { kid: 'APPMANAGER' },
      privateKey: keys.appManager.privateKey,
    });
    const { status, code } = await ask(apple, path, { token: bearer, method });
    return [status, code];
  };

  it('that Apple has and the simulator does not play draws 501 with a code of our own', async (context) => {
    assert.deepEqual(await answerOf(context, '/v1/builds?limit=1'), [501, 'SIMULATOR.NOT_PLAYED']);
    assert.deepEqual(await answerOf(context, '/v1/apps/1', 'PATCH'), [501, 'SIMULATOR.NOT_PLAYED']);
    assert.deepEqual(await answerOf(context, '/v1/retentionOffers', 'POST'), [501, 'SIMULATOR.NOT_PLAYED']);
  });

  it('that Apple does not have draws 404, a method that it does not have 405', async (context) => {
    assert.deepEqual(await answerOf(context, '/v1/apiKeys'), [404, 'NOT_FOUND']);
    assert.deepEqual(await answerOf(context, '/v1/builds', 'DELETE'), [405, 'METHOD_NOT_ALLOWED']);
  });
});
