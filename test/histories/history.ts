import { createPublicKey } from 'node:crypto';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import type { ApiKey } from '../../functions/app-store-connect/diagnosis/api-key.ts';
import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { findEntry, subscribedSeries } from '../../functions/reports/catalogue/catalogue.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { ReportMessage } from '../../functions/reports/plan/report-message.ts';
import { newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { type Chance, createChance } from '../engine/chance.ts';
import type { Counts, History } from '../engine/history.ts';
import { type Apple, createApple, drawReports, reportIdOf } from './apple.ts';
import { assertPromises, assertStep } from './invariants.ts';
import { createMemoryLake } from './memory-lake.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { createMemoryMarks } from './memory-marks.ts';
import { configuredVersions, createMemoryRefusals, noNewColumns } from './memory-vendor.ts';
import {
  closedCircuit,
  Editions,
  noAnalytics,
  pretendTable,
  refusal,
  runPlanner,
  STARTS,
  silent,
} from './surroundings.ts';
import { Actor, type Fate } from './turns.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const VENDOR = '85012345';
/** How long a worker may run, and how long its messages are hidden from others. */
const FETCH_MILLIS = 5 * MINUTE;
const HIDDEN_MILLIS = 30 * MINUTE;
const MOST_RECEIVES = 3;
/** The name of a worker that dies on what it fetches. */
const DYING = 'dying worker';
/** The days of trouble; what was drawn for them may be late or corrected for a month more. */
const TROUBLE_DAYS = 4;
const QUIET_AFTER_DAYS = 46;

const SERIES = [
  'SALES/SUMMARY/DAILY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SALES/SUMMARY/WEEKLY',
  'SALES/SUMMARY/MONTHLY',
  'FINANCIAL/US',
] as const;

const { publicKey, privateKey } = newKeyPair();
const key: ApiKey = await teamKey(privateKey);
const appleKey = {
  keyId: key.keyId,
  kind: 'team',
  roles: new Set(['FINANCE'] as const),
  publicKey: createPublicKey(publicKey),
} as const;

type Message = { body: string; group: string; receives: number; visibleAt: number };

/** A trouble that a call met: the how manieth that chance brought, and what it was. */
type Trouble = { number: number; text: string };

/**
 * Histories of reports: the real planner and the real fetch function on a ledger, a lake, a queue and an Apple in
 * memory, in an order and with troubles that the seed decides.
 */
export const history: History<Trouble> = {
  play: async (seed, only) => {
    const game = new ReportGame(createChance(seed), only && new Set(only.map(({ number }) => number)));
    let broken: string | undefined;
    try {
      await game.trouble();
      await game.quiet();
      game.judge();
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error);
    }
    return { broken, steps: game.troubles, happened: game.happened };
  },
  describe: ({ text }) => text,
};

class ReportGame {
  readonly #chance: Chance;
  #now: number;
  readonly #clock = { now: () => this.#now };
  readonly #start: number;
  readonly #settings;
  readonly #apple: Apple;
  readonly #editions = new Editions();
  readonly #ledger = createMemoryLedger(this.#clock, (before, after) => this.#watch(before, after));
  readonly #vendors = createMemoryRefusals();
  readonly #marks = createMemoryMarks();
  readonly #lake = createMemoryLake((key, before, sha256) => {
    const earlier = this.#editions.of(before?.reportSha256 ?? '');
    if (this.#editions.of(sha256) < earlier)
      this.#broken ??= new Error(`${key}: an older edition was put over a newer one`);
  });
  /** The first promise that was broken on the way. */
  #broken: unknown;
  readonly #events: OutgoingEvent[] = [];
  readonly #expected = new Set<string>();
  readonly #offered: boolean;
  /** A date of the daily sales on which each worker dies, such as for lack of memory; mostly there is none. */
  readonly #deadly: string | undefined;
  /** How often a call meets trouble: some histories are nearly calm, others hardly anything works. */
  #troubleShare: number;
  /** Held up where they are, until the clock has jumped. */
  #frozen = new Set<Actor>();
  #queue: Message[] = [];
  #actors: Actor[] = [];
  readonly happened = { turns: 0, requests: 0, kills: 0, losses: 0, partitions: 0 } satisfies Counts;

  /** What went wrong, in order: for whoever has to understand a failure. */
  readonly troubles: Trouble[] = [];
  #troublesDrawn = 0;
  /** The numbers of the troubles that come; the others are passed over. */
  readonly #only: ReadonlySet<number> | undefined;

  constructor(chance: Chance, only: ReadonlySet<number> | undefined) {
    this.#chance = chance;
    this.#only = only;
    this.#start = Date.parse(chance.pick(STARTS)) + chance.below(48) * HOUR;
    this.#now = this.#start;
    this.#troubleShare = chance.pick([0.005, 0.02, 0.06]);
    this.#offered = chance.happens(0.8);
    this.#deadly = chance.happens(0.15) ? new Date(this.#start - DAY).toISOString().slice(0, 10) : undefined;
    const reports = SERIES.filter((name) => name === 'SALES/SUMMARY/DAILY' || chance.happens(0.3));
    const vendor = { number: VENDOR, reports, backfillDays: chance.pick([1, 7]) };
    this.#settings = parseSettings({
      teams: [{ name: 'acme', keys: { reports: 'key' }, vendors: [vendor] }],
    });
    this.#apple = createApple(this.#clock, VENDOR, appleKey);
    this.#apple.behaviour.longReportNotGenerated = chance.pick(['no-sales', 'not-available-yet']);
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    for (const { entry, series } of subscribedSeries(this.#settings)) {
      if (!this.#offered && series.report.startsWith('SUBSCRIPTION')) continue;
      const days = [dayOf(this.#start - 9 * DAY), dayOf(this.#start + TROUBLE_DAYS * DAY)] as const;
      drawReports(this.#apple, chance, entry, VENDOR, days);
    }
  }

  /** Days of late, empty, corrected reports, ill services, killed workers, repeated messages and jumping clocks. */
  async trouble(): Promise<void> {
    const chance = this.#chance;
    while (this.#now < this.#start + TROUBLE_DAYS * DAY) {
      if (chance.happens(0.9)) await this.#startPlanner();
      if (chance.happens(0.1)) await this.#startPlanner();
      await this.#run(chance.happens(0.3) ? chance.below(60) : 10_000);
      // Some end with their invocation; some are held up and go on long after they were given up, or later still.
      this.#actors = this.#actors.filter(() => chance.happens(0.8));
      this.#frozen = new Set([...this.#frozen].filter(() => chance.happens(0.3)));
      this.#now += chance.pick([7 * MINUTE, 50 * MINUTE, HOUR, 3 * HOUR, 10 * HOUR, DAY, 2 * DAY]);
    }
  }

  /** Nothing fails any more; Apple has told all it has to tell. What is late by then has only the product to blame. */
  async quiet(): Promise<void> {
    this.#troubleShare = 0;
    // No invocation lives for a month: one that settled an answer of then would only be told by this clock.
    this.#actors = [];
    this.#frozen.clear();
    for (const at of [0, 7 * HOUR, DAY + 8 * HOUR]) {
      this.#now = this.#start + QUIET_AFTER_DAYS * DAY + at;
      await this.#startPlanner();
      await this.#run(Number.POSITIVE_INFINITY);
    }
    if (this.#deadly === undefined) return;
    // Of its hourly runs one meets no worker that has just begun with the date: it is told by then at the latest.
    this.#now += HOUR;
    this.#queue.length = 0;
    await this.#startPlanner();
    await this.#run(Number.POSITIVE_INFINITY);
  }

  judge(): void {
    if (this.#broken !== undefined) throw this.#broken;
    assertPromises({
      now: this.#now,
      series: subscribedSeries(this.#settings).map(({ series, entry }) => ({
        series,
        entry,
        offered: this.#offered || !series.report.startsWith('SUBSCRIPTION'),
      })),
      expected: this.#expected,
      ...(this.#deadly !== undefined && { deadly: `acme/${VENDOR}/SALES/SUMMARY/DAILY ${this.#deadly}` }),
      items: this.#ledger.items,
      objects: this.#lake.objects,
      events: this.#events,
      truthOf: (series, reportDate) => this.#look(series.report, reportDate),
    });
    this.happened.partitions = this.#ledger.items.size;
  }

  #look(report: string, reportDate: string) {
    const entry = findEntry(report);
    if (entry === undefined) throw new RangeError(`${report} is not in the catalogue`);
    return this.#apple.store.look(reportIdOf(entry, VENDOR, reportDate), this.#now);
  }

  #watch(before: LedgerItem | undefined, after: LedgerItem): void {
    try {
      assertStep(before, after, {
        has: () => this.#look(after.pk.split('/').slice(2).join('/'), after.sk).state,
        editionOf: (sha256) => this.#editions.of(sha256),
      });
    } catch (error) {
      this.#broken ??= error;
    }
  }

  async #startPlanner(): Promise<void> {
    const actor = new Actor('planner');
    this.#actors.push(actor);
    await actor.start(() =>
      runPlanner(actor, {
        settings: this.#settings,
        ledger: this.#ledger,
        vendors: this.#vendors,
        marks: this.#marks,
        queueReports: async (messages) => this.#enqueue(messages),
        events: this.#events,
        clock: this.#clock,
        expected: this.#expected,
      }),
    );
  }

  #isDeadly({ body }: Message): boolean {
    const { report, reportDate }: Partial<ReportMessage> = JSON.parse(body);
    return report === 'SALES/SUMMARY/DAILY' && reportDate === this.#deadly;
  }

  #enqueue(messages: readonly { message: ReportMessage; group: string }[]): void {
    for (const { message, group } of messages) {
      const copies = this.#meetsTrouble(() => `${message.report} ${message.reportDate} is queued twice`)
        ? 2
        : 1;
      for (let copy = 0; copy < copies; copy += 1)
        this.#queue.push({ body: JSON.stringify(message), group, receives: 0, visibleAt: this.#now });
    }
  }

  /** Gives turns by chance until nothing is left to do, or so many turns are over. */
  async #run(turns: number): Promise<void> {
    const chance = this.#chance;
    for (let turn = 0; turn < turns; turn += 1) {
      this.#actors = this.#actors.filter(({ finished, dead }) => !finished && !dead);
      const runnable = this.#actors.filter((actor) => actor.runnable && !this.#frozen.has(actor));
      const visible = this.#queue.filter(({ visibleAt }) => visibleAt <= this.#now);
      if (visible.length > 0 && (runnable.length === 0 || (runnable.length < 3 && chance.happens(0.2)))) {
        await this.#startWorker(visible);
        continue;
      }
      const actor = runnable[chance.below(runnable.length)];
      if (actor === undefined) return;
      if (this.#troubleShare > 0 && chance.happens(0.01)) {
        this.#frozen.add(actor);
        continue;
      }
      this.happened.turns += 1;
      this.#now += chance.below(50);
      await actor.turn(
        (count) => chance.below(count),
        (name) =>
          actor.name === DYING && name === 'apple' ? 'diesAfter' : this.#fate(`${actor.name} ${name}`),
      );
    }
  }

  async #startWorker(visible: Message[]): Promise<void> {
    const chance = this.#chance;
    const batch: Message[] = [];
    for (let left = 1 + chance.below(3); left > 0 && visible.length > 0; left -= 1)
      batch.push(...visible.splice(chance.below(visible.length), 1));
    // Alone, so that what becomes of the others is not its fault.
    const deadly = batch.find((message) => this.#isDeadly(message));
    if (deadly !== undefined) batch.splice(0, batch.length, deadly);
    for (const message of batch) {
      message.visibleAt = this.#now + HIDDEN_MILLIS;
      message.receives += 1;
    }
    const deadline = this.#now + FETCH_MILLIS;
    const actor = new Actor(deadly === undefined ? 'worker' : DYING);
    this.#actors.push(actor);
    const records = batch.map(({ body }, index) => ({ id: String(index), body }));
    await actor.start(async () => {
      const failed = await fetchBatch(this.#dependencies(actor), records, () => deadline - this.#now);
      for (const [index, message] of batch.entries()) {
        const again = failed.includes(String(index)) ? message.receives < MOST_RECEIVES : false;
        if (again) message.visibleAt = this.#now;
        // SQS delivers at least once: now and then a message comes again though it was worked on.
        else if (!this.#meetsTrouble(() => `${message.body} comes again`))
          this.#queue = this.#queue.filter((one) => one !== message);
      }
    });
  }

  #dependencies(actor: Actor): Parameters<typeof fetchBatch>[0] {
    const stored = { key, versionId: '1', versionCreatedAt: this.#start };
    return {
      settings: this.#settings,
      ledger: actor.guard('ledger', this.#ledger),
      lake: actor.guard('lake', this.#lake),
      analytics: noAnalytics,
      columns: noNewColumns,
      versions: configuredVersions,
      vendors: actor.guard('vendors', this.#vendors),
      keys: fixedKey(stored),
      breaker: closedCircuit,
      appleClock: { now: this.#clock.now, observe: () => false },
      quota: { retryAt: async () => undefined, observe: async () => undefined },
      baseUrl: 'https://apple.example',
      // One signature a batch, not one a request: tokens are not what is tried here.
      scoped: false,
      fetch: actor.call('apple', (url, init) => this.#request(url, init)),
      sleep: actor.call('sleep', async (millis) => this.#wait(millis)),
      random: () => this.#chance.next(),
      convert: pretendTable,
      sendEvents: actor.call('events.send', async (events) => void this.#events.push(...events)),
      clock: this.#clock,
      log: silent,
      metric: () => undefined,
    };
  }

  async #request(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    this.happened.requests += 1;
    const answer = await this.#apple.answer(new URL(String(input)), new Headers(init?.headers));
    if (answer.ok) await this.#editions.note(answer);
    const kind = this.#chance.pick(['ill', 'html', 'limited', 'breaksOff']);
    if (!this.#meetsTrouble(() => `Apple answers: ${kind}`, 3)) return answer;
    if (kind === 'ill') return refusal(500, 'UNEXPECTED_ERROR');
    if (kind === 'limited') return refusal(429, 'RATE_LIMIT_EXCEEDED');
    if (kind === 'html') return new Response('<html>Service Unavailable</html>', { status: 503 });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return new Response(breakingOff(bytes.subarray(0, bytes.length / 2)), { status: answer.status });
  }

  #wait(millis: number): void {
    this.#now += millis;
  }

  #fate(call: string): Fate {
    const fate = this.#chance.pick<Fate>(['failsBefore', 'answerLost', 'diesBefore', 'diesAfter']);
    if (!this.#meetsTrouble(() => `${call}: ${fate}`)) return 'well';
    if (fate.startsWith('dies')) this.happened.kills += 1;
    else this.happened.losses += 1;
    return fate;
  }

  #meetsTrouble(describe: () => string, weight = 1): boolean {
    const meets = this.#chance.happens(weight * this.#troubleShare);
    if (!meets) return false;
    const number = this.#troublesDrawn++;
    if (this.#only?.has(number) === false) return false;
    this.troubles.push({ number, text: `${new Date(this.#now).toISOString()} ${describe()}` });
    return true;
  }
}

/** A body that ends in the middle, as undici reports it. */
function breakingOff(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull: (controller) => {
      if (sent) controller.error(new TypeError('terminated'));
      else controller.enqueue(bytes);
      sent = true;
    },
  });
}
