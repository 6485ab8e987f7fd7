import assert from 'node:assert/strict';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import type { Rotation } from '../../../../functions/keys/store/rotation.ts';
import type { Notification } from '../../../../functions/platform/aws/sns-notifier.ts';
import type { Settings } from '../../../../functions/platform/config/settings.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import {
  type ChangeRecord,
  isOver,
  type ProductRecord,
} from '../../../../functions/prices/store/change-record.ts';
import { findEntry, subscribedSeries } from '../../../../functions/reports/catalogue/catalogue.ts';
import type { LedgerItem } from '../../../../functions/reports/partition/ledger-item.ts';
import { countryCode } from '../../../../local/simulator/prices/country-codes.ts';
import type { PriceWrite } from '../../../../local/simulator/prices/price-store.ts';
import { reportIdOf } from '../../../histories/apple.ts';
import { assertPromises, assertStep } from '../../../histories/invariants.ts';
import type { createMemoryLake } from '../../../histories/memory-lake.ts';
import { Editions } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import { copyOf } from '../../../prices/memory.ts';
import { offersOn, shownOffers } from '../../prices/life/life-offers.ts';
import type { PersonsDeed } from '../../prices/life/life-person.ts';
import { type createProductApple, FIRST_PRICES, type ProductTeam } from '../apple/product-apple.ts';
import { FLIPPING } from '../apple/reports-side.ts';
import { DeadKeys } from './dead-keys.ts';
import { Disturbances } from './disturbances.ts';
import {
  assertAdmitted,
  assertChangeMoves,
  assertEffect,
  assertFreshToken,
  assertLeasePassed,
  assertNewKeyTried,
  assertNotice,
  assertNotRepeated,
  assertOpenedRightly,
  assertPricesAtRest,
  assertPromoted,
  assertRotationMoves,
  assertRotationsAtRest,
  assertShutRightly,
  changeBehind,
  isSettled,
  type PriceEffect,
} from './invariants.ts';
import { MovesTold } from './moves-told.ts';
import { assertOffersAtRest } from './offers-at-rest.ts';
import { RequestPace } from './request-pace.ts';

/** What is watched: the stores as they are at any moment. */
export type Watched = {
  clock: Clock;
  settings: Settings;
  teams: readonly ProductTeam[];
  apple: ReturnType<typeof createProductApple>;
  items: ReadonlyMap<string, LedgerItem>;
  objects: ReturnType<typeof createMemoryLake>['objects'];
  changes: Readonly<Record<string, ChangeRecord>>;
};

const KINDS = ['subscription', 'inAppPurchase'] as const;
type ProductKind = (typeof KINDS)[number];

/** A step of one of a change's plans. */
const stepName = ({ team, changeId, planKeys }: ChangeRecord, step: string): string =>
  `${team} ${changeId}: ${step} of plan ${planKeys.length}`;

/** What a step does, whatever plan it is of. */
const territoryName = ({ team, changeId }: ChangeRecord, step: string): string =>
  `${team} ${changeId}: ${step.slice(4)} of any plan`;

/** A write as it was sent. */
export type SentWrite = {
  path: string;
  body: string;
  /** Of the introductory offer that it ends or takes away. */
  territory?: string | undefined;
};

export type LateWrite = { kind: ProductKind; changeId: string; may: () => boolean };

/** Which step of the marked wave a write is: the only one, or that of the territory which the write names. */
function stepOf({ sending, changeId }: ChangeRecord, { path, body, territory: ofOffer }: SentWrite): string {
  const steps = sending?.steps ?? [];
  const [only] = steps;
  if (only !== undefined && steps.length === 1) return only;
  const removed = Buffer.from(path.split('/').at(-1) ?? '', 'base64url').toString();
  const found = steps.find((step) => {
    const territory = step.slice(-3);
    if (ofOffer !== undefined) return territory === ofOffer;
    return body.includes(`"${territory}"`) || removed.includes(`"c":"${countryCode(territory)}"`);
  });
  assert.ok(found !== undefined, `${changeId}: a write went out that no step of its mark announces`);
  return found;
}

/** Holds the product's promises against all that happens, and in the end against what is left. */
export class ProductWatch {
  readonly #at: Watched;
  readonly #effects: PriceEffect[] = [];
  readonly #stepsDone = new Set<string>();
  readonly #forgotten = new Set<string>();
  /** Changes that ended as nobody can tell any more whether their offer was there. */
  readonly #untold = new Set<string>();
  /** What Apple has acknowledged without an effect at once, as far as the change has stored it. */
  readonly #acknowledged = new Set<string>();
  readonly #writeTokens = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #notices = new Set<string>();
  /** `<vendor> <date> <sha256>` of each report that Apple has served as that date's. */
  readonly #served = new Set<string>();
  /** By secret: when it last got another current version, and which. */
  readonly #current = new Map<string, { at: number; versionId: string }>();
  readonly deadKeys: DeadKeys;
  readonly #others = new Disturbances();
  readonly happened = { waves: 0, offers: 0, person: 0, personDuring: 0 };
  readonly pace: RequestPace;
  readonly editions = new Editions();
  readonly events: OutgoingEvent[] = [];
  /** `<series> <report date>` of all that the planner should have found. */
  readonly expected = new Set<string>();
  readonly moves = new MovesTold();
  #broken: unknown;

  constructor(watched: Watched) {
    this.#at = watched;
    this.deadKeys = new DeadKeys(watched.clock);
    this.pace = new RequestPace(watched.clock);
  }

  /** The first promise that was broken. */
  get broken(): unknown {
    return this.#broken ?? this.moves.broken;
  }

  get effects(): number {
    return this.#effects.length;
  }

  /** Apple serves a report; of which day, its address says. */
  async sawReport({ searchParams }: URL, answer: Response): Promise<void> {
    const date = searchParams.get('filter[reportDate]') ?? '';
    const sha256 = await this.editions.note(answer, `${searchParams.get('filter[reportType]')} ${date}`);
    this.#served.add(`${searchParams.get('filter[vendorNumber]')} ${date} ${sha256}`);
  }

  /** An item of the report ledger was written. */
  sawItem(before: LedgerItem | undefined, after: LedgerItem): void {
    const [, vendor = '', ...report] = after.pk.split('/');
    this.#must(() => {
      if (after.sha256 !== undefined && after.sha256 !== before?.sha256)
        assert.ok(
          this.#served.has(`${vendor} ${after.sk} ${after.sha256}`),
          `${after.pk} ${after.sk}: Apple has never served these bytes as this date's`,
        );
      assertStep(before, after, {
        has: () => this.#look(report.join('/'), vendor, after.sk).state,
        editionOf: (sha256) => this.editions.of(sha256),
      });
    });
  }

  /** Apple has answered a write of prices. */
  sawWrite(
    teamName: string,
    kind: 'subscription' | 'inAppPurchase',
    write: PriceWrite,
    sent: SentWrite,
  ): void {
    this.#must(() => {
      const team = this.#at.teams.find(({ name }) => name === teamName);
      const product = productKey(teamName, { kind, id: team?.[kind] ?? '' });
      const change = changeBehind(this.#changesOf(product), product);
      const step = stepName(change, stepOf(change, sent));
      if ((change.sending?.steps.length ?? 0) > 1) this.happened.waves += 1;
      if (change.request.introductoryOffer !== undefined) this.happened.offers += 1;
      if (!this.#others.hasDisturbed(change)) {
        assertNotRepeated(step, this.#stepsDone);
        assertNotRepeated(territoryName(change, stepOf(change, sent)), this.#acknowledged);
      }
      if (write.outcome === 'applied') this.#stepsDone.add(step);
      this.#note(product, change, write);
    });
  }

  /** Apple is about to forget a write. @returns `false` where it must not: once in a change is enough to be found out. */
  sawForgottenWrite(teamName: string, sent: SentWrite): boolean {
    const { body } = sent;
    const team = this.#at.teams.find(({ name }) => name === teamName);
    const kind = KINDS.find((one) => body.includes(`"id":"${team?.[one]}"`));
    if (team === undefined || kind === undefined) return false;
    const product = productKey(teamName, { kind, id: team[kind] });
    const change = changeBehind(this.#changesOf(product), product);
    const place = `${teamName} ${change.changeId}: `;
    if ([...this.#forgotten].some((step) => step.startsWith(place))) return false;
    this.#forgotten.add(stepName(change, stepOf(change, sent)));
    return true;
  }

  /**
   * Apple acknowledges a write and carries it out later.
   *
   * @returns `may`: whether it may by then. An acknowledgement that was lost before it was stored leads to another
   *   write, and an effect after that is beyond what is promised
   */
  sawLateWrite(teamName: string, sent: SentWrite): LateWrite {
    const team = this.#at.teams.find(({ name }) => name === teamName);
    const kind = KINDS.find((one) => sent.body.includes(`"id":"${team?.[one]}"`)) ?? 'subscription';
    const product = productKey(teamName, { kind, id: team?.[kind] ?? '' });
    const change = changeBehind(this.#changesOf(product), product);
    const step = stepOf(change, sent);
    const may = (): boolean => {
      const now = this.#changesOf(product).find(({ changeId }) => changeId === change.changeId);
      if (now === undefined || now.sending !== undefined) return false;
      const isSame = now.planKeys.length === change.planKeys.length;
      // The rest may have been planned anew meanwhile, such as for a later day.
      const wasSettled = now.settledBefore.some(
        ({ planKey, steps }) => planKey === change.planKey && steps.includes(step),
      );
      return (isSame ? isSettled(now, step) : wasSettled) && !this.#stepsDone.has(stepName(change, step));
    };
    return { kind, changeId: change.changeId, may };
  }

  /** A write that was acknowledged before has taken effect. */
  sawLateEffect(teamName: string, kind: ProductKind, write: PriceWrite, changeId: string): void {
    this.#must(() => {
      const team = this.#at.teams.find(({ name }) => name === teamName);
      const product = productKey(teamName, { kind, id: team?.[kind] ?? '' });
      const change = this.#changesOf(product).find((each) => each.changeId === changeId);
      assert.ok(change !== undefined);
      this.#note(product, change, write, true);
    });
  }

  /** Each price that a write changed, held against the promises. */
  #note(product: string, change: ChangeRecord, write: PriceWrite, isLate = false): void {
    for (const territory of new Set(write.changes.map((each) => each.territory))) {
      if (change.request.prices?.[territory] === undefined) continue;
      const effect = { at: this.#at.clock.now(), product, change: copyOf(change), territory, isLate };
      const isOwnTwin = (one: PriceEffect) =>
        this.#others.hasDisturbed(change) && one.change.changeId === change.changeId;
      assertEffect(
        effect,
        this.#effects.filter((one) => !isOwnTwin(one)),
      );
      this.#effects.push(effect);
      const { kind, id } = change.request.product;
      this.moves.sawOwn(`${kind} ${id}`, effect.at);
    }
  }

  /** A person has changed something on Apple's page. */
  sawDeed(team: ProductTeam, deed: PersonsDeed): void {
    const product = productKey(team.name, { kind: deed.kind, id: team[deed.kind] });
    const open = this.#changesOf(product).filter((change) => !isOver(change));
    this.#others.note(product, deed, open);
    const cause = {
      at: this.#at.clock.now(),
      product: `${deed.kind} ${team[deed.kind]}`,
      by: 'person',
    } as const;
    if (!deed.isOffer) for (const territory of deed.territories) this.moves.sawCause({ ...cause, territory });
    this.happened[open.some(({ everSent }) => everSent) ? 'personDuring' : 'person'] += 1;
  }

  /** The record of a change was written. */
  sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    this.#must(() =>
      assertChangeMoves(before, after, (step) =>
        before === undefined || this.#others.hasDisturbed(before) || this.#isGoneByItself(before, step)
          ? undefined
          : this.#tookEffect(stepName(before, step)),
      ),
    );
    if (before === undefined) return;
    if (!isOver(before) && this.#saysThatItIsOver(after))
      this.#untold.add(`${after.team} ${after.changeId}: `);
    for (const step of before.sending?.steps ?? []) {
      const isStored = isSettled(after, step) && after.planKeys.length === before.planKeys.length;
      if (isStored && this.#forgotten.has(stepName(before, step)))
        this.#acknowledged.add(territoryName(before, step));
    }
  }

  /**
   * Nothing at Apple says whether an introductory offer or a temporary price was ever there once its last day is over:
   * a change that waits for the answer about it ends then, and names that day.
   */
  #saysThatItIsOver({ state, problems, request }: ChangeRecord): boolean {
    const { introductoryOffer: offer, until } = request;
    const lastDay = until === undefined ? undefined : daysAfter(until, -1);
    const endDate = offer !== undefined && 'endDate' in offer ? offer.endDate : lastDay;
    return (
      state === 'unsettled' &&
      endDate !== undefined &&
      endDate < pacificToday(this.#at.clock.now()) &&
      problems.some(({ message }) => message.includes(`ended on ${endDate}`))
    );
  }

  /** An offer that a step takes away is not there, whatever became of the step: that is what was asked for. */
  #isGoneByItself({ team: teamName }: ChangeRecord, step: string): boolean {
    const [, territory] = /-remove-([A-Z]{3})$/.exec(step) ?? [];
    const team = this.#at.teams.find(({ name }) => name === teamName);
    if (territory === undefined || team === undefined) return false;
    const { apple, clock } = this.#at;
    const shown = shownOffers(apple.prices, team.subscription);
    return offersOn(shown, territory, pacificToday(clock.now())).length === 0;
  }

  /** The record of a product was written. */
  sawProduct(before: ProductRecord | undefined, after: ProductRecord): void {
    this.#must(() => assertLeasePassed(before, after, this.#at.clock.now()));
  }

  #tookEffect(step: string): boolean | undefined {
    return this.#forgotten.has(step) ? undefined : this.#stepsDone.has(step);
  }

  /** A key's gate was found shut. */
  sawShutGate(keyId: string): void {
    this.#must(() => assertShutRightly(keyId, this.#refused.has(keyId)));
  }

  /** A secret got another current version. */
  sawCurrent(secretName: string, versionId: string, rotation: Rotation | undefined): void {
    const last = this.#current.get(secretName);
    this.#current.set(secretName, { at: this.#at.clock.now(), versionId });
    if (rotation === undefined) return;
    this.#must(() =>
      assertPromoted(rotation, { known: this.#at.apple.knows(versionId), changedAt: last?.at ?? 0 }),
    );
  }

  /** The record of a rotation was written. */
  sawRotation(before: Rotation | undefined, after: Rotation): void {
    const { oldKeyId } = after;
    const refused = oldKeyId === undefined || this.#at.apple.revoked.has(oldKeyId);
    this.#must(() => assertRotationMoves(before, after, refused));
  }

  /** People are told something of a key. */
  sawNotice({ id, facts }: Notification): void {
    const inUse = new Set([...this.#current.values()].map(({ versionId }) => versionId));
    // Apple says nothing of a secret that cannot be read.
    const wasRefused = (keyId: unknown) =>
      this.#refused.has(String(keyId)) || !this.#at.apple.knows(String(keyId));
    this.#must(() => assertNotice(id, facts, { sent: this.#notices, inUse, wasRefused }));
    this.#notices.add(id);
  }

  /** All has come to rest: what became of the rotations. */
  judgeRotations(rotations: readonly Rotation[], unanswered: number): void {
    assertRotationsAtRest(rotations, {
      unanswered,
      isRefused: (keyId) => this.#at.apple.revoked.has(keyId),
      wasTold: (begin) => [...this.#notices].some((id) => id.startsWith(begin)),
    });
  }

  /** A worker opens a key's gate. */
  sawGateOpened(keyId: string, wasLetIn: boolean): void {
    this.#must(() => assertOpenedRightly(keyId, wasLetIn));
  }

  /** A worker has come to its end, and did not try these new keys. */
  sawEnd(actor: Actor, untried: ReadonlySet<string>): void {
    this.#must(() => assertNewKeyTried(untried));
    this.#must(() => this.deadKeys.sawEnd(actor));
  }

  /** A worker calls Apple, let through the key's gate so many times since its last call. */
  sawCall(passes: number, keyId: string): void {
    this.#must(() => assertAdmitted(passes, keyId));
  }

  /** A worker has asked for its turn in the pace of a key. */
  sawTurn(...turn: Parameters<RequestPace['sawTurn']>): void {
    this.#must(() => this.pace.sawTurn(...turn));
  }

  /** A worker calls Apple, with or without a turn. */
  sawPacedCall(actor: Actor, request: string): void {
    this.#must(() => this.pace.sawCall(actor, request));
  }

  /** A write arrives at Apple with this token. */
  sawWriteToken(token: string): void {
    this.#must(() => assertFreshToken(token, this.#writeTokens));
    this.#writeTokens.add(token);
  }

  /** Apple has refused a key. */
  sawRefusal(keyId: string): void {
    this.#refused.add(keyId);
  }

  /** A job has called Apple with a dead key, and no other key of its secret would do. */
  sawUselessCall(actor: Actor, call: { keyId: string; secretName: string; request: string }): void {
    this.sawRefusal(call.keyId);
    this.#must(() => this.deadKeys.sawRefusal(actor, call));
  }

  /** All has come to rest for these teams. @returns how many partitions they have */
  judge(teams: readonly ProductTeam[]): number {
    const { settings, clock, apple } = this.#at;
    const names = new Set(teams.map(({ name }) => name));
    const isOf = (key: string) => names.has(key.split(/[/#]/)[0] ?? '');
    const items = new Map([...this.#at.items].filter(([, { pk }]) => isOf(pk)));
    assertPromises({
      now: clock.now(),
      series: subscribedSeries(settings)
        .filter(({ series }) => names.has(series.team))
        .map(({ series, entry }) => ({ series, entry, offered: true })),
      expected: new Set([...this.expected].filter(isOf)),
      items,
      objects: this.#at.objects,
      events: this.events,
      goesBack: ({ report }) => report === FLIPPING,
      truthOf: (series, reportDate) => this.#look(series.report, series.vendor, reportDate),
    });
    for (const team of teams) {
      for (const kind of KINDS) {
        const product = productKey(team.name, { kind, id: team[kind] });
        assertPricesAtRest({
          product,
          firstPrices: FIRST_PRICES,
          shown: apple.prices.effective(kind, team[kind], '2028-01-01'),
          changes: this.#changesOf(product),
          effects: this.#effects.filter((effect) => effect.product === product),
          told: new Set(this.events.map(({ detail }) => String(detail['changeId']))),
          isUnclear: (change) => this.#isUnclear(change),
          isMoved: (territory) => this.#others.hasMoved(product, territory, 'price'),
        });
        if (kind === 'subscription') this.#judgeOffers(team, product);
      }
    }
    return items.size;
  }

  /** What came of a change may be unclear: Apple has said what it did not do, its offer is over, or somebody else has moved the same. */
  #isUnclear(change: ChangeRecord): boolean {
    const { team, changeId } = change;
    const begin = `${team} ${changeId}: `;
    return (
      this.#others.hasDisturbed(change) ||
      this.#untold.has(begin) ||
      [...this.#forgotten].some((step) => step.startsWith(begin))
    );
  }

  #judgeOffers({ subscription }: ProductTeam, product: string): void {
    const { apple, clock } = this.#at;
    const changes = this.#changesOf(product);
    assertOffersAtRest(product, changes, shownOffers(apple.prices, subscription), {
      today: pacificToday(clock.now()),
      isUnsure: (territory, change) =>
        this.#others.hasMoved(product, territory, 'offer') ||
        (change !== undefined && this.#isUnclear(change)),
    });
  }

  /** Remembers the first broken promise: whoever meets it may be killed before it could tell. */
  #must(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error;
    }
  }

  #look(report: string, vendor: string, reportDate: string) {
    const entry = findEntry(report);
    if (entry === undefined) throw new RangeError(`${report} is not in the catalogue`);
    const { reports, store } = this.#at.apple;
    const id = reportIdOf(entry, vendor, reportDate);
    const version = report === FLIPPING ? (reports.versions.at(-1) ?? id.version) : id.version;
    return store.look({ ...id, version }, this.#at.clock.now());
  }

  #changesOf(product: string): ChangeRecord[] {
    return Object.values(this.#at.changes).filter(
      ({ team, request }) => productKey(team, request.product) === product,
    );
  }
}
