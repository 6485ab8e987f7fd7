import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { checkAnswer } from './answer-check.ts';
import { type Apple, ask, keys, startApple, token } from './apple.ts';

const ISSUER = 'bbbbbbbb-96fe-1a63-e053-0824d011072a';
const PATH = '/v1/apps/1/customerReviews';

const page = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({ rating: z.number(), createdDate: z.string(), territory: z.string() }),
      relationships: z.object({ response: z.object({ data: z.object({ id: z.string() }).optional() }) }),
    }),
  ),
  included: z
    .array(z.object({ id: z.string(), attributes: z.object({ responseBody: z.string() }) }))
    .optional(),
  links: z.object({ next: z.string().optional() }),
});

async function start(context: TestContext): Promise<Apple> {
  const apple = await startApple(context);
  const { simulator, clock } = apple;
  simulator.addTeam({ name: 'shop', issuerId: ISSUER, vendors: [], apps: ['1'] });
  for (const role of ['CUSTOMER_SUPPORT', 'FINANCE'] as const)
    simulator.addKey({
      team: 'shop',
      kind: 'team',
      keyId: role,
      roles: [role],
      publicKey: keys.stranger.publicKey,
    });
  const now = clock.now();
  for (const [index, rating] of [5, 1, 3].entries())
    simulator.reviews.put({
      app: '1',
      id: `r${index}`,
      rating,
      createdAt: now - (index + 1) * 3_600_000,
      territory: 'DEU',
    });
  simulator.reviews.answer('r1', { responseBody: 'Sorry', lastModifiedAt: now, state: 'PUBLISHED' });
  return apple;
}

async function get(apple: Apple, query: string, keyId = 'CUSTOMER_SUPPORT') {
  const bearer = await token(apple, {
    claims: { iss: ISSUER },
    header: { kid: keyId },
    privateKey: keys.stranger.privateKey,
  });
  const heard = await ask(apple, `${PATH}?${query}`, { token: bearer });
  if (heard.status !== 501) checkAnswer('GET', PATH, heard);
  return { status: heard.status, json: JSON.parse(heard.bytes.toString()) };
}
const list = async (apple: Apple, query: string) => page.parse((await get(apple, query)).json);
const ids = async (apple: Apple, query: string) => (await list(apple, query)).data.map(({ id }) => id);

describe('GET /v1/apps/{id}/customerReviews', () => {
  it('sorts by date or stars, both ways', async (context) => {
    const apple = await start(context);
    assert.deepEqual(await ids(apple, 'sort=-createdDate'), ['r0', 'r1', 'r2']);
    assert.deepEqual(await ids(apple, 'sort=createdDate'), ['r2', 'r1', 'r0']);
    assert.deepEqual(await ids(apple, 'sort=rating'), ['r1', 'r2', 'r0']);
  });

  it('filters by stars and storefront, and pages', async (context) => {
    const apple = await start(context);
    assert.deepEqual(await ids(apple, 'filter[rating]=1,3'), ['r1', 'r2']);
    assert.deepEqual(await ids(apple, 'filter[territory]=FRA'), []);
    const first = await list(apple, 'limit=2');
    assert.equal(first.data.length, 2);
    assert.match(first.links.next ?? '', /cursor=/);
    assert.equal((await get(apple, 'limit=201')).status, 400);
  });

  it('gives the developer’s answer where it is asked for', async (context) => {
    const apple = await start(context);
    const { data, included } = await list(apple, 'include=response');
    const of = data.find(({ id }) => id === 'r1')?.relationships.response.data?.id;
    assert.deepEqual(
      included?.map(({ id, attributes }) => [id, attributes.responseBody]),
      [[of, 'Sorry']],
    );
    assert.equal((await list(apple, '')).included, undefined);
  });

  it('shows an edit and a removal with the next request', async (context) => {
    const apple = await start(context);
    apple.simulator.reviews.edit('r2', { rating: 5 });
    apple.simulator.reviews.remove('r0');
    const { data } = await list(apple, 'sort=-createdDate');
    assert.deepEqual(
      data.map(({ id, attributes }) => [id, attributes.rating]),
      [
        ['r1', 1],
        ['r2', 5],
      ],
    );
  });

  it('is refused to a role without access to apps, and to an app of another team', async (context) => {
    const apple = await start(context);
    assert.equal((await get(apple, '', 'FINANCE')).status, 403);
    apple.simulator.reviews.put({ app: '2', rating: 1, createdAt: 0 });
    const bearer = await token(apple, {
      claims: { iss: ISSUER },
      header: { kid: 'CUSTOMER_SUPPORT' },
      privateKey: keys.stranger.privateKey,
    });
    assert.equal((await ask(apple, '/v1/apps/2/customerReviews', { token: bearer })).status, 404);
  });
});

describe('GET /v1/customerReviews/{id}', () => {
  async function getOne(apple: Apple, id: string) {
    const bearer = await token(apple, {
      claims: { iss: ISSUER },
      header: { kid: 'CUSTOMER_SUPPORT' },
      privateKey: keys.stranger.privateKey,
    });
    const path = `/v1/customerReviews/${id}`;
    const heard = await ask(apple, `${path}?include=response`, { token: bearer });
    checkAnswer('GET', path, heard);
    return { status: heard.status, json: JSON.parse(heard.bytes.toString()) };
  }

  it('gives a review of the team’s apps, also one that the list leaves out, and none that is gone', async (context) => {
    const apple = await start(context);
    const { status, json } = await getOne(apple, 'r1');
    assert.deepEqual([status, json.data.attributes.rating, json.included.length], [200, 1, 1]);
    apple.simulator.reviews.unlist('r1');
    assert.deepEqual(await ids(apple, 'sort=rating'), ['r2', 'r0']);
    assert.equal((await getOne(apple, 'r1')).status, 200);
    apple.simulator.reviews.remove('r1');
    assert.equal((await getOne(apple, 'r1')).status, 404);
    apple.simulator.reviews.put({ app: '2', id: 'other', rating: 1, createdAt: 0 });
    assert.equal((await getOne(apple, 'other')).status, 404);
  });
});
