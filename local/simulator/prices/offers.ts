import type { Plan, PricePoint } from './price-points.ts';

export type OfferKind = 'introductory' | 'promotional' | 'offerCode' | 'winBack';

/** An offer of a subscription. Introductory ones have one territory each. */
export type Offer = {
  kind: OfferKind;
  id: string;
  name: string;
  mode: 'FREE_TRIAL' | 'PAY_AS_YOU_GO' | 'PAY_UP_FRONT';
  duration: string;
  periods: number;
  startDate: string | null;
  endDate: string | null;
  plan: Plan;
  active: boolean;
  /** A free trial has no price point. */
  prices: readonly { territory: string; point: PricePoint | null }[];
};

/** The offers of one subscription. Ids are numbers within it, as nobody has told Apple's form. */
export class Offers {
  readonly #subscription: string;
  #offers: Offer[] = [];
  #count = 0;

  constructor(subscription: string) {
    this.#subscription = subscription;
  }

  add(offer: Omit<Offer, 'id'>): Offer {
    this.#count += 1;
    const added = { ...offer, id: `${this.#subscription}-${this.#count}` };
    this.#offers.push(added);
    return added;
  }

  all(kind: OfferKind): readonly Offer[] {
    return this.#offers.filter((offer) => offer.kind === kind);
  }

  find(id: string): Offer | undefined {
    return this.#offers.find((offer) => offer.id === id);
  }

  change(id: string, change: Partial<Offer>): void {
    this.#offers = this.#offers.map((offer) => (offer.id === id ? { ...offer, ...change } : offer));
  }

  remove(id: string): void {
    this.#offers = this.#offers.filter((offer) => offer.id !== id);
  }
}
