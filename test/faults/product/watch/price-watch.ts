import assert from 'node:assert/strict';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import {
  type ChangeRecord,
  isOver,
  type ProductRecord,
} from '../../../../functions/prices/store/change-record.ts';
import { countryCode } from '../../../../local/simulator/prices/country-codes.ts';
import type { PriceWrite } from '../../../../local/simulator/prices/price-store.ts';
import { copyOf } from '../../../prices/memory.ts';
import { offersOn, shownOffers } from '../../prices/life/life-offers.ts';
import type { PersonsDeed } from '../../prices/life/life-person.ts';
import { FIRST_PRICES, type ProductTeam } from '../apple/product-apple.ts';
import { Disturbances } from './disturbances.ts';
import {
  assertChangeMoves,
  assertEffect,
  assertLeasePassed,
  assertNotRepeated,
  assertPricesAtRest,
  changeBehind,
  isSettled,
  type PriceEffect,
} from './invariants.ts';
import type { MovesTold } from './moves-told.ts';
import { assertOffersAtRest } from './offers-at-rest.ts';
import type { Must, Watched } from './watched.ts';

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

/** Holds what is written to Apple, and the records of changes, against the promises of price changes. */
export class PriceWatch {
  readonly #at: Watched;
  readonly #must: Must;
  readonly #moves: MovesTold;
  readonly #effects: PriceEffect[] = [];
  readonly #stepsDone = new Set<string>();
  readonly #forgotten = new Set<string>();
  /** Changes that ended as nobody can tell any more whether their offer or temporary price was there. */
  readonly #untold = new Set<string>();
  /** What Apple has acknowledged without an effect at once, as far as the change has stored it. */
  readonly #acknowledged = new Set<string>();
  readonly #others = new Disturbances();
  readonly happened = { waves: 0, offers: 0, person: 0, personDuring: 0 };

  constructor(watched: Watched, moves: MovesTold, must: Must) {
    this.#at = watched;
    this.#moves = moves;
    this.#must = must;
  }

  get effects(): number {
    return this.#effects.length;
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
      this.#moves.sawOwn(`${kind} ${id}`, effect.at);
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
    if (!deed.isOffer)
      for (const territory of deed.territories) this.#moves.sawCause({ ...cause, territory });
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

  /** All has come to rest for these teams. */
  judge(teams: readonly ProductTeam[], events: readonly OutgoingEvent[]): void {
    const { apple } = this.#at;
    const told = new Set(events.map(({ detail }) => String(detail['changeId'])));
    for (const team of teams) {
      for (const kind of KINDS) {
        const product = productKey(team.name, { kind, id: team[kind] });
        assertPricesAtRest({
          product,
          firstPrices: FIRST_PRICES,
          shown: apple.prices.effective(kind, team[kind], '2028-01-01'),
          changes: this.#changesOf(product),
          effects: this.#effects.filter((effect) => effect.product === product),
          told,
          isUnclear: (change) => this.#isUnclear(change),
          isMoved: (territory) => this.#others.hasMoved(product, territory, 'price'),
        });
        if (kind === 'subscription') this.#judgeOffers(team, product);
      }
    }
  }

  /** What came of a change may be unclear: Apple has said what it did not do, what it set is over, or somebody else has moved the same. */
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

  #changesOf(product: string): ChangeRecord[] {
    return Object.values(this.#at.changes).filter(
      ({ team, request }) => productKey(team, request.product) === product,
    );
  }
}
