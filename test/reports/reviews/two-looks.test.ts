import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppStoreConnectClient } from '../../../functions/app-store-connect/client/client.ts';
import { fetchReviews } from '../../../functions/reports/reviews/fetch-reviews.ts';
import { reviewsTableKey } from '../../../functions/reports/reviews/names/review-series.ts';
import { createMemoryLake } from '../../histories/memory-lake.ts';
import { createMemoryLedger } from '../../histories/memory-ledger.ts';
import { clientOf } from '../../histories/review-history.ts';
import { assertReviews, type WrittenReview } from '../../histories/review-promises.ts';
import { silent } from '../../histories/surroundings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-11-20T17:07:00Z');
const SERIES = { team: 'acme', app: '6448311001', report: 'CUSTOMER_REVIEWS' };
const [FIRST, SECOND] = ['2026-11-20', '2026-11-21'];
const FILTER = { minStars: 1, maxStars: 5, mail: false };

type Ledger = ReturnType<typeof createMemoryLedger>;
type Client = Pick<AppStoreConnectClient, 'read' | 'baseUrl'>;

/** An app with reviews, and looks at them of any day, one of which may be held up or fail. */
function createWorld() {
  let now = START;
  const clock = { now: () => now };
  const ledger = createMemoryLedger(clock);
  const lake = createMemoryLake();
  const reviews: WrittenReview[] = [];
  const apple = clientOf({ reviews });
  let asked = 0;
  const look = async (reportDate: string, other: { ledger?: Ledger; client?: Client } = {}) => {
    const partition = { ...SERIES, reportDate };
    await ledger.expect(partition);
    return fetchReviews(
      {
        ledger,
        lake,
        clock,
        log: silent,
        metric: () => undefined,
        sendEvents: () => Promise.resolve(),
        client: {
          ...apple,
          read: (request, readResponse) => {
            asked += 1;
            return apple.read(request, readResponse);
          },
        },
        remainingMillis: () => 300_000,
        ...other,
      },
      partition,
      FILTER,
    );
  };
  return {
    ledger,
    look,
    apple,
    asked: () => asked,
    pass: (millis: number) => (now += millis),
    write: (title: string) =>
      reviews.push({ id: `r${reviews.length}`, rating: 1, title, createdAt: now, everVanished: false }),
    item: (reportDate: string) => ledger.items.get(`acme/6448311001/CUSTOMER_REVIEWS ${reportDate}`),
    shown: (reportDate: string) => lake.objects.get(reviewsTableKey({ ...SERIES, reportDate }))?.reportSha256,
    assertAllOnce: () =>
      assertReviews({
        reviews,
        items: ledger.items,
        objects: lake.objects,
        events: [],
        from: Infinity,
        maxStars: 0,
      }),
  };
}
type World = ReturnType<typeof createWorld>;

/** Apple, whose first answer comes when it is let go. */
function slowApple({ apple }: World) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: wasAsked, resolve: noteAsked } = Promise.withResolvers<void>();
  const client: Client = {
    ...apple,
    read: async (request, readResponse) => {
      noteAsked();
      await released;
      return apple.read(request, readResponse);
    },
  };
  return { client, release, wasAsked };
}

/** A look that fails behind its table: what it found lies there, and the ledger does not know of it. */
async function failBehindTable({ ledger, look }: World, reportDate: string): Promise<void> {
  const settle: Ledger['settle'] = () => Promise.reject(new Error('killed'));
  await assert.rejects(look(reportDate, { ledger: { ...ledger, settle } }), /killed/);
}

describe('Looks at the reviews of one app on two days', () => {
  it('follow one another: one that begins while another is under way waits for it', async () => {
    const world = createWorld();
    world.write('one');
    const slow = slowApple(world);
    const first = world.look(FIRST, { client: slow.client });
    await slow.wasAsked;
    world.pass(MINUTE);
    await world.look(SECOND);
    assert.equal(world.asked(), 0);
    assert.equal(world.item(SECOND)?.state, 'waiting');
    assert.match(world.item(SECOND)?.lastAnswer ?? '', /look of 2026-11-20 is still under way/);
    slow.release();
    await first;
    await world.look(SECOND);
    assert.equal(world.item(SECOND)?.state, 'stored');
    assert.equal(world.item(SECOND)?.rows, 0);
    world.assertAllOnce();
  });

  it('an earlier look does not begin once a later one has', async () => {
    const world = createWorld();
    world.write('one');
    const slow = slowApple(world);
    const second = world.look(SECOND, { client: slow.client });
    await slow.wasAsked;
    await world.look(FIRST);
    assert.equal(world.asked(), 0);
    assert.match(world.item(FIRST)?.lastAnswer ?? '', /look of 2026-11-21 has begun/);
    slow.release();
    await second;
    await world.look(FIRST);
    assert.equal(world.item(FIRST)?.state, 'expired');
    world.assertAllOnce();
  });

  it('a worker that went silent settles nothing once the next look has ended its own', async () => {
    const world = createWorld();
    world.write('one');
    const slow = slowApple(world);
    const first = world.look(FIRST, { client: slow.client });
    await slow.wasAsked;
    world.pass(10 * MINUTE);
    await world.look(SECOND);
    slow.release();
    await first;
    assert.equal(world.item(FIRST)?.state, 'expired');
    assert.equal(world.item(SECOND)?.rows, 1);
    world.assertAllOnce();
  });

  it('a look begins anew where a silent worker has settled an earlier one meanwhile', async () => {
    const world = createWorld();
    world.write('one');
    const [slow, slower] = [slowApple(world), slowApple(world)];
    const first = world.look(FIRST, { client: slow.client });
    await slow.wasAsked;
    world.pass(10 * MINUTE);
    const second = world.look(SECOND, { client: slower.client });
    await slower.wasAsked;
    slow.release();
    await first;
    slower.release();
    await second;
    assert.equal(world.item(FIRST)?.rows, 1);
    assert.equal(world.item(SECOND)?.state, 'waiting');
    await world.look(SECOND);
    assert.equal(world.item(SECOND)?.rows, 0);
    world.assertAllOnce();
  });
});

describe('What a look has left in its table before it failed', () => {
  it('goes with the next look, though that one comes months later', async () => {
    const world = createWorld();
    world.write('one');
    await failBehindTable(world, FIRST);
    assert.notEqual(world.shown(FIRST), undefined);
    world.pass(100 * DAY);
    await world.look('2027-02-28');
    assert.equal(world.item(FIRST)?.state, 'expired');
    assert.equal(world.item('2027-02-28')?.rows, 1);
    world.assertAllOnce();
  });

  it('goes with the next look also where an earlier look of its day is settled', async () => {
    const world = createWorld();
    world.write('one');
    await world.look(FIRST);
    const settled = world.shown(FIRST);
    world.write('two');
    world.pass(5 * 60 * MINUTE);
    await failBehindTable(world, FIRST);
    assert.notEqual(world.shown(FIRST), settled);
    // The next try is refused by Apple, and nobody can try again for months.
    world.pass(10 * MINUTE);
    await world.look(FIRST, {
      client: { baseUrl: world.apple.baseUrl, read: () => Promise.reject(new Error('refused')) },
    });
    assert.equal(world.item(FIRST)?.state, 'stored');
    world.pass(100 * DAY);
    await world.look('2027-02-28');
    assert.equal(world.shown(FIRST), settled);
    assert.equal(world.item('2027-02-28')?.rows, 1);
    world.assertAllOnce();
  });
});
