import type { Settings } from '../../../../functions/platform/config/settings.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import { subscribedApps } from '../../../../functions/reports/analytics/names/app-series.ts';
import { subscribedSeries } from '../../../../functions/reports/catalogue/catalogue.ts';
import { subscribedReviews } from '../../../../functions/reports/reviews/names/review-series.ts';
import type { SegmentFault } from '../../../../local/simulator/reports/analytics-store.ts';
import type { Chance } from '../../../engine/chance.ts';
import { drawReports } from '../../../histories/apple.ts';
import { drawAnalytics, putInstance } from './draw-analytics.ts';
import type { ProductTeam } from './product-apple.ts';
import type { ReportEvent } from './report-events.ts';
import { FLIPPING, FLIPPING_VERSIONS, type ReportsSide } from './reports-side.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Reviews from before the first look. */
const MOST_OLD_REVIEWS = 5;
const SPOILED: readonly [SegmentFault, ...SegmentFault[]] = [
  { kind: 'expiredUrl' },
  { kind: 'truncated' },
  { kind: 'expiredUrl' },
];

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** A review as a history knows it. */
export type WrittenReview = {
  id: string;
  app: string;
  createdAt: number;
  edited: boolean;
  vanished: boolean;
};

/** What becomes of reports, analytics and reviews at Apple in the course of a history. */
export class ReportsOfAHistory {
  readonly #side: ReportsSide;
  readonly #clock: Clock;
  readonly #start: number;
  /** Ongoing requests that Apple has stopped, by app. */
  readonly stopped = new Map<string, number>();
  readonly byHand = new Map<string, number>();
  readonly reviews: WrittenReview[] = [];
  readonly happened = {
    reviews: 0,
    edits: 0,
    answersToReviews: 0,
    vanished: 0,
    stops: 0,
    spoiled: 0,
    flips: 0,
  };
  #differUntil = 0;

  constructor(side: ReportsSide, clock: Clock) {
    this.#side = side;
    this.#clock = clock;
    this.#start = clock.now();
  }

  draw(settings: Settings, chance: Chance): void {
    const start = this.#start;
    const days = [dayOf(start - 9 * DAY), dayOf(start + 4 * DAY)] as const;
    for (const { entry, series } of subscribedSeries(settings))
      drawReports(
        this.#side,
        chance,
        entry,
        series.vendor,
        days,
        series.report === FLIPPING ? FLIPPING_VERSIONS : undefined,
      );
    this.#side.serve(chance.pick([['1_4'], ['1_3'], ['1_3', '1_4']]));
    for (const { app, snapshot } of subscribedApps(settings))
      drawAnalytics(this.#side.analytics, chance, { app, start, snapshot });
    for (const { series } of subscribedReviews(settings))
      for (let count = chance.below(MOST_OLD_REVIEWS); count > 0; count -= 1)
        this.#write(series.app, start - chance.below(60 * DAY), chance);
  }

  /** Lets one event happen to a team. */
  take(event: ReportEvent, team: ProductTeam | undefined, chance: Chance): void {
    switch (event.kind) {
      case 'versionsChange':
        this.#changeVersions(chance);
        return;
      case 'versionsDiffer':
        this.#differUntil = this.#clock.now() + event.millis;
        return;
      case 'segmentsAreSpoiled':
        this.happened.spoiled += 1;
        this.#side.analytics.spoil(chance.pick(SPOILED), event.times);
        return;
      case 'reviewIsWritten':
        if (team !== undefined) this.#write(team.app, this.#clock.now(), chance);
        return;
      case 'reviewIsEdited':
      case 'reviewIsAnswered':
      case 'reviewVanishes':
        if (team !== undefined) this.#touch(event.kind, team.app, chance);
        return;
      case 'requestStops':
      case 'requestIsMade':
        if (team !== undefined) this.#turnRequest(event.kind, team.app);
        return;
      case 'instanceComes':
        if (team !== undefined) this.#addInstance(team.app, chance);
        return;
    }
  }

  /** Apple stops the app's request, or a person makes one: of two that run Apple takes none. */
  #turnRequest(kind: 'requestStops' | 'requestIsMade', app: string): void {
    const { analytics } = this.#side;
    const now = this.#clock.now();
    const isRunning = analytics.requestsOf(app, 'ONGOING').some(({ stoppedAt }) => stoppedAt === undefined);
    if (kind === 'requestStops' && isRunning) {
      this.happened.stops += 1;
      this.stopped.set(app, (this.stopped.get(app) ?? 0) + 1);
      analytics.stop(app, now);
    }
    if (kind === 'requestIsMade' && !isRunning) {
      this.byHand.set(app, (this.byHand.get(app) ?? 0) + 1);
      analytics.create(app, 'ONGOING', now);
    }
  }

  /** Another instance of a date, which appears behind those that the date has. */
  #addInstance(app: string, chance: Chance): void {
    const { analytics } = this.#side;
    const date = dayOf(this.#start + (chance.below(5) - 1) * DAY);
    const others = analytics.instancesOf(app).filter((one) => one.processingDate === date);
    const last = Math.max(...others.map((one) => one.availableAt), this.#clock.now());
    putInstance(analytics, chance, { app, date, availableAt: last + (1 + chance.below(10)) * HOUR });
  }

  /** Nothing more happens at Apple. */
  rest(): void {
    this.#differUntil = 0;
    const [version = '1_4'] = this.#side.versions;
    this.#side.serve([version]);
    this.#side.analytics.healSegments();
  }

  /** What Apple serves to the next request: while its servers differ, any of the versions. */
  beforeRequest(chance: Chance): void {
    if (this.#clock.now() >= this.#differUntil || !chance.happens(0.5)) return;
    this.#changeVersions(chance);
  }

  #changeVersions(chance: Chance): void {
    this.happened.flips += 1;
    this.#side.serve(chance.pick([['1_4'], ['1_3'], ['1_3', '1_4']]));
  }

  #write(app: string, at: number, chance: Chance): void {
    // Apple's dates have whole seconds.
    const createdAt = Math.floor(at / 1_000) * 1_000;
    this.happened.reviews += 1;
    const title = `title ${chance.below(1_000_000_000)}`;
    const id = this.#side.reviews.put({ app, rating: 1 + chance.below(5), title, createdAt });
    this.reviews.push({ id, app, createdAt, edited: false, vanished: false });
  }

  #touch(kind: 'reviewIsEdited' | 'reviewIsAnswered' | 'reviewVanishes', app: string, chance: Chance): void {
    const { reviews } = this.#side;
    const present = this.reviews.filter((one) => one.app === app && !one.vanished);
    const review = present[chance.below(present.length)];
    if (review === undefined) return;
    if (kind === 'reviewVanishes') {
      this.happened.vanished += 1;
      review.vanished = true;
      reviews.remove(review.id);
    } else if (kind === 'reviewIsEdited') {
      this.happened.edits += 1;
      review.edited = true;
      reviews.edit(review.id, { rating: 1 + chance.below(5), title: `title ${chance.below(1_000_000_000)}` });
    } else {
      this.happened.answersToReviews += 1;
      const [responseBody, lastModifiedAt] = [`answer ${chance.below(1_000_000_000)}`, this.#clock.now()];
      reviews.answer(review.id, { responseBody, lastModifiedAt, state: 'PUBLISHED' });
    }
  }
}
