import type { Settings } from '../../functions/platform/config/settings.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { expectedDates } from '../../functions/reports/catalogue/calendar.ts';
import {
  type CatalogueEntry,
  type SubscribedSeries,
  subscribedSeries,
} from '../../functions/reports/catalogue/catalogue.ts';
import { seriesKey } from '../../functions/reports/catalogue/series.ts';
import type { FetchOutcome } from '../../functions/reports/partition/settlement.ts';
import { rotateBy } from '../../functions/reports/plan/plan-reports.ts';
import { FETCHING } from '../../infra/reports/reports.ts';
import { ASSUMED, CALLS, createChance, REPORT_WRITES, UNITS_A_WRITE } from './assumptions.ts';
import { EventList } from './event-list.ts';
import { KeyPace } from './key-pace.ts';
import { Partition } from './partitions.ts';
import { type Message, SimulatedQueue } from './queue.ts';
import { MorningWatch, type Watched } from './watch.ts';

/** A message is not begun with less of the function's time left: functions/reports/fetch-batch.ts. */
const SHORTEST_MILLIS = 30_000;
export const SAMPLE_MILLIS = 5 * MINUTE_MILLIS;
/** Series that the simulated planner looks at in one step. */
const PLANNED_AT_ONCE = 50;

/** What is tried: a deployment, and what was measured of it. */
export type Setup = {
  settings: Settings;
  fetchersAtOnce: number;
  /** What the planner may run, and takes of one series, as deployed. */
  planner: { timeoutMillis: number; millisASeries: number; unitsASeries: number };
  /** What a report's conversion takes, as deployed. */
  convertMillis: number;
  /** The first planner run, and the one from which on the day is watched, 24 hours to the end. */
  from: number;
  watchedFrom: number;
};

/** A series as the planner knows it: its newest date, and what may still be asked for. */
type PlannedSeries = { subscription: SubscribedSeries; newest: string; open: Partition[] };

type Happening =
  | { kind: 'plan'; from: number; startedAt: number }
  | { kind: 'sample' }
  | { kind: 'returns'; message: Message }
  | { kind: 'fetcher'; batch: Message[]; index: number; deadline: number; outcome?: FetchOutcome };

/** Plays days of planner, queue and fetchers by the product's own rules, and watches the last one. */
export function simulateMorning(setup: Setup): Watched {
  return new Play(setup).run();
}

class Play {
  readonly #setup: Setup;
  readonly #chance = createChance('morning');
  readonly #events = new EventList<Happening>();
  readonly #queue = new SimulatedQueue();
  readonly #series: PlannedSeries[];
  /** The series as the run under way comes to them. */
  #order: readonly PlannedSeries[] = [];
  readonly #pace = new KeyPace();
  readonly #watch: MorningWatch;
  #newest = { hour: 0, dates: new Map<string, string | undefined>() };
  #idle: number;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#watch = new MorningWatch(setup.watchedFrom);
    this.#idle = setup.fetchersAtOnce;
    this.#series = subscribedSeries(setup.settings).map((subscription) => ({
      subscription,
      newest: '',
      open: [],
    }));
  }

  run(): Watched {
    const { from, watchedFrom } = this.#setup;
    const until = watchedFrom + 24 * HOUR_MILLIS;
    for (let at = from; at < until; at += HOUR_MILLIS)
      this.#events.add(at, { kind: 'plan', from: 0, startedAt: at });
    for (let at = watchedFrom; at < until; at += SAMPLE_MILLIS) this.#events.add(at, { kind: 'sample' });
    for (let next = this.#events.next(); next !== undefined; next = this.#events.next()) {
      if (next.at >= until) break;
      this.#happen(next.at, next.what);
    }
    return this.#watch.result(this.#queue, this.#pace, this.#series.length);
  }

  #happen(at: number, what: Happening): void {
    switch (what.kind) {
      case 'plan':
        this.#plan(at, what);
        break;
      case 'sample':
        this.#watch.sample(at, this.#queue);
        break;
      case 'returns':
        this.#queue.comeBack(what.message);
        this.#wake(at);
        break;
      case 'fetcher':
        this.#goOn(at, what);
        break;
    }
  }

  /** Some series more of a planner's run; what it does not come to within its time is left. */
  #plan(at: number, { from, startedAt }: { from: number; startedAt: number }): void {
    const { timeoutMillis, millisASeries, unitsASeries } = this.#setup.planner;
    if (at - startedAt > timeoutMillis) return;
    if (from === 0) this.#order = rotateBy(HOUR_MILLIS, this.#series, startedAt);
    const some = this.#order.slice(from, from + PLANNED_AT_ONCE);
    for (const [index, series] of some.entries()) {
      const now = Math.round(at + index * millisASeries);
      this.#watch.read(now, seriesKey(series.subscription.series), unitsASeries);
      this.#expect(series, now);
      for (const partition of series.open) {
        if (!partition.isWanted(now)) continue;
        this.#queue.send(partition, now);
        partition.markQueued(now);
        this.#write(now, partition.key, 1);
      }
    }
    this.#watch.depth(at, this.#queue.depth);
    this.#wake(at);
    if (from + some.length < this.#series.length)
      this.#events.add(at + some.length * millisASeries, {
        kind: 'plan',
        from: from + some.length,
        startedAt,
      });
  }

  #expect(series: PlannedSeries, now: number): void {
    const newest = this.#newestOf(series.subscription.entry, now);
    if (newest === undefined || newest === series.newest) return;
    series.newest = newest;
    series.open = series.open.filter((known) => !known.isOver);
    const partition = new Partition(series.subscription, newest, now, this.#chance);
    series.open.push(partition);
    this.#write(now, partition.key, 1);
    this.#watch.due(now, partition);
  }

  /** The real calendar, asked once an hour: it is the same for every team. */
  #newestOf(entry: CatalogueEntry, now: number): string | undefined {
    const hour = Math.floor(now / HOUR_MILLIS);
    if (hour !== this.#newest.hour) this.#newest = { hour, dates: new Map() };
    if (!this.#newest.dates.has(entry.name))
      this.#newest.dates.set(entry.name, expectedDates(entry, 2, now)[0]);
    return this.#newest.dates.get(entry.name);
  }

  #write(at: number, key: string, count: number): void {
    this.#watch.write(at, key, count * UNITS_A_WRITE);
  }

  #wake(at: number): void {
    while (this.#idle > 0 && this.#queue.depth > 0) {
      this.#idle -= 1;
      const batch = this.#queue.receive();
      this.#watch.received(at, batch);
      const deadline = at + FETCHING.timeout.toMilliseconds();
      if (this.#chance.happens(ASSUMED.crashShare)) this.#crash(at, batch);
      else this.#goOn(at, { batch, index: -1, deadline });
    }
  }

  /** The function dies with the first claim in its hands: the lease lapses, the messages come back. */
  #crash(at: number, batch: readonly Message[]): void {
    batch[0]?.partition.claim(at);
    for (const message of batch)
      this.#events.add(at + FETCHING.visibilityTimeout.toMilliseconds(), { kind: 'returns', message });
    this.#idle += 1;
  }

  /** Settles what was fetched, and begins the next message of the batch. */
  #goOn(
    at: number,
    { batch, index, deadline, outcome }: Omit<Happening & { kind: 'fetcher' }, 'kind'>,
  ): void {
    if (outcome !== undefined)
      batch[index]?.partition.settle(outcome, this.#setup.settings.restatementDays, at);
    const next = batch[index + 1];
    if (next === undefined || deadline - at < SHORTEST_MILLIS) {
      for (const message of batch.slice(index + 1))
        this.#events.add(at + FETCHING.visibilityTimeout.toMilliseconds(), { kind: 'returns', message });
      this.#idle += 1;
      this.#wake(at);
      return;
    }
    const { millis, outcome: fetched } = this.#fetch(at, next.partition);
    this.#watch.worked(at, millis);
    this.#events.add(at + millis, {
      kind: 'fetcher',
      batch,
      index: index + 1,
      deadline,
      ...(fetched !== undefined && { outcome: fetched }),
    });
  }

  #fetch(at: number, partition: Partition): { millis: number; outcome?: FetchOutcome } {
    if (!partition.claim(at)) {
      this.#watch.inVain(at);
      this.#write(at, partition.key, REPORT_WRITES.nothingToDo);
      return { millis: CALLS.nothingToDo * ASSUMED.awsCallMillis };
    }
    const waited = this.#pass(at, partition);
    const asked = at + waited + this.#chance.appleMillis();
    const outcome = partition.answer(at + waited);
    const kind = outcome.kind === 'report' ? 'report' : 'noReport';
    this.#write(asked, partition.key, REPORT_WRITES[kind]);
    const own = CALLS[kind] * ASSUMED.awsCallMillis + (kind === 'report' ? this.#setup.convertMillis : 0);
    return { millis: asked - at + own, outcome };
  }

  /** Waits for the team's key. */
  #pass(at: number, partition: Partition): number {
    const { team } = partition.subscription.series;
    this.#watch.request(at, team);
    return this.#pace.pass(team, partition.priority(at), at);
  }
}
