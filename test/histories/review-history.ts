import type { AppStoreConnectClient } from '../../functions/app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../functions/app-store-connect/protocol/errors.ts';
import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { startOfDay, today } from '../../functions/reports/analytics/names/processing-date.ts';
import type { AnalyticsPartition } from '../../functions/reports/catalogue/series.ts';
import { fetchReviews } from '../../functions/reports/reviews/fetch-reviews.ts';
import { subscribedReviews } from '../../functions/reports/reviews/names/review-series.ts';
import { planReviews } from '../../functions/reports/reviews/plan-reviews.ts';
import { type Chance, createChance } from '../engine/chance.ts';
import type { Counts, History } from '../engine/history.ts';
import { createMemoryLake } from './memory-lake.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { assertReviews, type WrittenReview } from './review-promises.ts';
import { silent } from './surroundings.ts';

// The real planner and the real look at reviews against chance: customers write and edit, the developer answers, workers
// have little time, die at any call or are held up over midnight. What must hold in the end stands in review-promises.ts.

const HOUR = 3_600_000;
const START = Date.parse('2026-11-20T17:07:00Z');
const APP = '6448311001';
const PAGE = 3;
const STEPS = 40;
const QUIET_HOURS = 9 * 24;
const MAX_STARS = 3;

const SETTINGS = parseSettings({
  teams: [{ name: 'acme', keys: { reports: 'acme/reports' }, reviews: { apps: [APP], maxStars: MAX_STARS } }],
});

type Step =
  | { kind: 'write'; rating: number }
  | { kind: 'edit'; of: number; rating: number }
  | { kind: 'answer'; of: number }
  /** A review vanishes or comes back; or only Apple's list leaves it out. */
  | { kind: 'vanish'; of: number; how: 'deleted' | 'unlisted' }
  /** The planner and the worker run. `diesAt`: at which call. `pages`: how many it has time for. */
  | { kind: 'run'; hours: number; diesAt: number; pages: number }
  /** A worker is held up over midnight, from this call on, while another takes up the new day. */
  | { kind: 'midnight'; sleepsAt: number };

class Death extends Error {}

function draw(chance: Chance): Step[] {
  return Array.from({ length: STEPS }, (): Step => {
    if (chance.happens(0.45)) {
      const diesAt = chance.happens(0.4) ? chance.below(14) : Infinity;
      return {
        kind: 'run',
        hours: 1 + chance.below(8),
        diesAt,
        pages: chance.happens(0.5) ? 1 + chance.below(3) : 99,
      };
    }
    if (chance.happens(0.1)) return { kind: 'midnight', sleepsAt: 1 + chance.below(40) };
    const rating = 1 + chance.below(5);
    if (chance.happens(0.6)) return { kind: 'write', rating };
    if (chance.happens(0.3))
      return { kind: 'vanish', of: chance.below(30), how: chance.happens(0.5) ? 'deleted' : 'unlisted' };
    return chance.happens(0.5)
      ? { kind: 'edit', of: chance.below(30), rating }
      : { kind: 'answer', of: chance.below(30) };
  });
}

/** Everything of one history. */
function createWorld(old: number) {
  let now = START;
  const clock = { now: () => now };
  const ledger = createMemoryLedger(clock);
  const lake = createMemoryLake();
  const events: OutgoingEvent[] = [];
  const reviews: WrittenReview[] = [];
  const write = (rating: number, createdAt: number): void => {
    reviews.push({
      id: `r${reviews.length}`,
      rating,
      title: `t${reviews.length}`,
      createdAt,
      everVanished: false,
    });
  };
  for (let index = old; index > 0; index -= 1) write(1 + (index % 5), START - index * 40 * HOUR);
  return { clock, ledger, lake, events, reviews, write, pass: (hours: number) => (now += hours * HOUR) };
}
type World = ReturnType<typeof createWorld>;

/** Apple's list, three a page. */
export const clientOf = ({
  reviews,
}: Pick<World, 'reviews'>): Pick<AppStoreConnectClient, 'read' | 'baseUrl'> => ({
  baseUrl: 'http://127.0.0.1',
  read: (request, readResponse) => {
    const [, single] = /^\/v1\/customerReviews\/(.*)$/.exec(request.path) ?? [];
    if (single !== undefined) {
      const found = reviews.find(({ id }) => id === single);
      if (found !== undefined && found.vanished !== true)
        return readResponse(Response.json({ data: { type: 'customerReviews', id: single } }));
      return Promise.reject(notFound(request.path));
    }
    const offset = Number(request.query?.['cursor'] ?? '0');
    const listed = reviews.filter(({ vanished, unlisted }) => vanished !== true && unlisted !== true);
    const sorted = listed.toSorted((one, other) => other.createdAt - one.createdAt);
    const page = sorted.slice(offset, offset + PAGE);
    const next = offset + PAGE < sorted.length ? `http://127.0.0.1/x?cursor=${offset + PAGE}` : undefined;
    const answered = page.filter(({ answer }) => answer !== undefined);
    return readResponse(
      Response.json({
        data: page.map(({ id, rating, title, createdAt, answer }) => ({
          type: 'customerReviews',
          id,
          attributes: { rating, title, createdDate: new Date(createdAt).toISOString() },
          ...(answer !== undefined && { relationships: { response: { data: { id: `a${id}` } } } }),
        })),
        included: answered.map(({ id, answer }) => ({
          type: 'customerReviewResponses',
          id: `a${id}`,
          attributes: { responseBody: answer },
        })),
        links: { next },
      }),
    );
  },
});

const notFound = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'NOT_FOUND',
    message: `GET ${path}: there is no such review`,
    errors: [{ status: '404', code: 'NOT_FOUND', title: '', detail: '' }],
  });

/** The same object, whose calls count; at one of them the caller dies or is held up. */
function mortal<Target extends object>(target: Target, strike: () => Promise<void>): Target {
  return new Proxy(target, {
    get: (of, name, receiver) => {
      const value: unknown = Reflect.get(of, name, receiver);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]): Promise<unknown> => {
        await strike();
        const result: unknown = await Reflect.apply(value, of, given);
        await strike();
        return result;
      };
    },
  });
}

/** @param atCall what happens to the worker before and after each of its calls, which are counted from 1 */
async function run(world: World, pages: number, atCall: (call: number) => Promise<void>): Promise<boolean> {
  const { clock, ledger, lake, events } = world;
  let calls = 0;
  const strike = (): Promise<void> => {
    calls += 1;
    return atCall(calls);
  };
  const queue: AnalyticsPartition[] = [];
  const common = {
    ledger,
    clock,
    log: silent,
    metric: () => undefined,
    sendEvents: async (sent: readonly OutgoingEvent[]) => void events.push(...sent),
  };
  await planReviews({
    ...common,
    settings: SETTINGS,
    queueReports: async (messages) => {
      for (const { message } of messages) {
        const { priority: _, ...partition } = message;
        queue.push(partition);
      }
    },
  });
  const [subscribed] = subscribedReviews(SETTINGS);
  let read = 0;
  const client = clientOf(world);
  try {
    for (const partition of queue)
      await fetchReviews(
        {
          ...common,
          ledger: mortal(ledger, strike),
          lake: mortal(lake, strike),
          sendEvents: async (sent) => {
            await strike();
            await common.sendEvents(sent);
            await strike();
          },
          client: {
            ...client,
            read: (request, readResponse) => {
              read += 1;
              return client.read(request, readResponse);
            },
          },
          remainingMillis: () => (read >= pages ? 0 : 300_000),
        },
        partition,
        subscribed?.filter ?? { minStars: 1, maxStars: 5, mail: false },
      );
  } catch (error) {
    if (!(error instanceof Death)) throw error;
    return true;
  }
  return false;
}

function runAfter(world: World, { hours, diesAt, pages }: Extract<Step, { kind: 'run' }>): Promise<boolean> {
  world.pass(hours);
  return run(world, pages, async (call) => {
    if (call > diesAt) throw new Death('killed');
  });
}

/** A worker begins just before midnight in California and sleeps at one of its calls, while the next day's look is taken. */
async function runOverMidnight(world: World, sleepsAt: number): Promise<void> {
  const { clock, pass } = world;
  pass((startOfDay(today(clock.now() + 25 * HOUR)) - clock.now()) / HOUR - 0.03);
  const { promise: asleep, resolve: noteAsleep } = Promise.withResolvers<void>();
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
  const held = run(world, 99, async (call) => {
    if (call !== sleepsAt) return;
    noteAsleep();
    await woken;
  });
  await Promise.race([asleep, held]);
  // Less than a lease: a worker of AWS Lambda is ended before that.
  pass(0.07);
  await run(world, 99, () => Promise.resolve());
  wake();
  await held;
}

export const history: History<Step> = {
  describe: (step) => JSON.stringify(step),
  play: async (seed, only) => {
    const chance = createChance(seed);
    const world = createWorld(chance.below(25));
    const steps = only ?? draw(chance);
    const happened: Counts = { runs: 0, deaths: 0, midnights: 0 };
    try {
      for (const step of steps) {
        if (step.kind === 'run') {
          happened['runs'] = (happened['runs'] ?? 0) + 1;
          if (await runAfter(world, step)) happened['deaths'] = (happened['deaths'] ?? 0) + 1;
        } else if (step.kind === 'midnight') {
          happened['midnights'] = (happened['midnights'] ?? 0) + 1;
          await runOverMidnight(world, step.sleepsAt);
        } else play(world, step);
      }
      for (let hours = 0; hours < QUIET_HOURS; hours += 3)
        await runAfter(world, { kind: 'run', hours: 3, diesAt: Infinity, pages: 99 });
      assertReviews({
        ...world,
        items: world.ledger.items,
        objects: world.lake.objects,
        from: START,
        maxStars: MAX_STARS,
        hadSunday: true,
      });
      return { broken: undefined, steps, happened };
    } catch (error) {
      return { broken: error instanceof Error ? error.message : String(error), steps, happened };
    }
  },
};

function play(world: World, step: Exclude<Step, { kind: 'run' | 'midnight' }>): void {
  if (step.kind === 'write') {
    world.pass(0.1);
    world.write(step.rating, world.clock.now());
    return;
  }
  const review = world.reviews[step.of % Math.max(world.reviews.length, 1)];
  if (review === undefined) return;
  if (step.kind === 'vanish') {
    const isAway = review.vanished === true || review.unlisted === true;
    review.vanished = !isAway && step.how === 'deleted';
    review.unlisted = !isAway && step.how === 'unlisted';
    review.everVanished = review.everVanished === true || review.vanished;
  } else if (step.kind === 'answer') review.answer = `thanks ${world.clock.now()}`;
  else Object.assign(review, { rating: step.rating, title: `${review.title}e`, editedAt: world.clock.now() });
}
