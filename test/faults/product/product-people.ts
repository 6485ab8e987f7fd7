import { daysAfter, pacificToday } from '../../../functions/prices/request/pacific-day.ts';
import type { Chance } from '../../engine/chance.ts';
import { drawOffer } from '../prices/life/life-offers.ts';
import { personWrites } from '../prices/life/life-person.ts';
import { desiredKey } from './actors/product-reconciler.ts';
import { PRICES, type ProductTeam, TEAM_WITH_SEATS } from './apple/product-apple.ts';
import type { ProductParts } from './product-parts.ts';

type Around = Pick<
  ProductParts,
  'apple' | 'clock' | 'functions' | 'prices' | 'reconciler' | 'trouble' | 'watch' | 'workers'
>;

/** Every third price of a subscription is a temporary one, for some days. */
function temporary(changeId: string, now: number): { until?: string } {
  const number = Number(/\d+/.exec(changeId)?.[0] ?? 1);
  return number % 3 === 0 ? { until: daysAfter(pacificToday(now), 4 + (number % 5)) } : {};
}

/** Who asks for prices, answers plans, and works on Apple's page. */
export class ProductPeople {
  readonly #at: Around;
  readonly happened = { changes: 0, campaigns: 0, answers: 0 };

  constructor(around: Around) {
    this.#at = around;
  }

  get #chance(): Chance {
    return this.#at.trouble.chance;
  }

  /** Somebody asks for a price of one product, or for an introductory offer. */
  async ask(
    team: ProductTeam,
    kind: 'subscription' | 'inAppPurchase',
    idempotencyKey: string,
  ): Promise<void> {
    this.happened.changes += 1;
    const now = this.#at.clock.now();
    const common = { idempotencyKey, team: team.name, requestedBy: 'chance' };
    if (kind === 'subscription' && this.#chance.happens(0.25))
      await this.#send({
        ...common,
        product: { kind, id: team.subscription },
        ...drawOffer(this.#chance, now, PRICES),
      });
    else
      await this.#send({
        ...common,
        ...this.#drawChange(team, kind),
        ...(kind === 'subscription' && temporary(idempotencyKey, now)),
      });
  }

  /** Somebody says in a file what one of a team's products shall cost. */
  desire(team: ProductTeam, chance: Chance): void {
    const kind = chance.pick(['subscription', 'inAppPurchase'] as const);
    const {
      product,
      preserveCurrentPrice: _,
      dropVolumeTiers: __,
      ...wish
    } = this.#drawChange(team, kind, chance);
    const more = kind === 'subscription' && { preserveCurrentPrice: true, dropVolumeTiers: true };
    const key = desiredKey({ team: team.name, kind, id: product.id });
    this.#at.reconciler.files.set(key, JSON.stringify({ ...wish, ...more }));
  }

  /** Somebody changes a price or an offer on Apple's page. */
  writeOnPage(team: ProductTeam): void {
    const { name, subscription, inAppPurchase: purchase } = team;
    const shop = { prices: this.#at.apple.prices, team: name, subscription, purchase, base: 'USA' };
    const deed = personWrites(
      this.#chance,
      { ...shop, amounts: PRICES, laterShare: 0.2 },
      this.#at.clock.now(),
    );
    if (deed !== undefined) this.#at.watch.prices.sawDeed(team, deed);
  }

  /** One request for both products of a team. */
  async askForCampaign(team: ProductTeam, campaign: string): Promise<void> {
    this.happened.campaigns += 1;
    await this.#send({
      campaign,
      team: team.name,
      changes: [this.#drawChange(team, 'subscription'), this.#drawChange(team, 'inAppPurchase')],
      requestedBy: 'chance',
    });
  }

  /** Somebody looks at what waits for an approval, and approves or declines it, now and then twice. */
  async answerPlans(): Promise<void> {
    const changes = Object.values(this.#at.prices.changes)
      .filter(({ state, request }) => state === 'planned' && request.campaign === undefined)
      .map(({ team, changeId, planSha256 }) => ({ team, changeId, planSha256 }));
    const campaigns = Object.values(this.#at.functions.campaigns)
      .filter(({ state }) => state === 'awaitingApproval')
      .map(({ team, campaign, planSha256 }) => ({ team, campaign, planSha256 }));
    for (const { planSha256, ...waiting } of [...changes, ...campaigns]) {
      if (this.#chance.happens(0.2)) continue;
      const answer = this.#chance.happens(0.15)
        ? { decline: { ...waiting, by: 'approver' } }
        : { ...waiting, planSha256, by: 'approver' };
      this.happened.answers += 1;
      for (let time = this.#chance.happens(0.2) ? 2 : 1; time > 0; time -= 1)
        await this.#at.workers.begin('approval', (actor) => this.#at.functions.approve(actor, answer));
    }
  }

  #drawChange(team: ProductTeam, kind: 'subscription' | 'inAppPurchase', chance = this.#chance) {
    const territories = Object.keys(PRICES).filter(() => chance.happens(0.6));
    const some = territories.length === 0 ? ['USA'] : territories;
    return {
      product: { kind, id: team[kind] },
      prices: Object.fromEntries(some.map((name) => [name, chance.pick(PRICES[name] ?? ['9.99'])])),
      ...(kind === 'subscription' && {
        preserveCurrentPrice: chance.happens(0.5),
        ...(team.name === TEAM_WITH_SEATS && chance.happens(0.8) && { dropVolumeTiers: true }),
      }),
    };
  }

  async #send(request: object): Promise<void> {
    const times = this.#chance.happens(0.2) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      await this.#at.workers.begin('door', (actor) => this.#at.functions.accept(actor, request));
    }
  }
}
