import type { ApiWrite } from '../../app-store-connect/protocol/api-request.ts';
import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import type { ProductSurroundings, Stakes } from '../consent/circumstances.ts';
import type { ProductLabel } from '../request/product.ts';
import type { EarlierPrice } from './limits.ts';
import type { PlanEntry } from './plan-entry.ts';
import type { PriceState, ShownPrices } from './price-state.ts';
import type { FixedPrices } from './schedule-spans.ts';
import type { StepDraft } from './steps.ts';

/** How a subscription's changes are written; a setting of the team. */
export type SubscriptionWrites = 'auto' | 'bulk' | 'perTerritory';

/** What is likely to be asked for after the prices. A failure of it is told when it is asked for. */
export type ReadAhead = {
  /** Territories whose price points are read. */
  pointsOf(): Promise<readonly string[]>;
  /** Called once Apple has answered a first request: begins what takes two requests in a row, and is not waited for. */
  beside?(): void;
};

/**
 * One product's prices at Apple, whatever kind it is of. Reads and the write throw AppStoreConnectError; the
 * write is sent once and says by `outcomeUnknown` whether it may have taken effect.
 */
export type PriceList = {
  /** `ahead`: what may be read in the same round, because the plan is likely to ask for it next. */
  read(ahead?: ReadAhead): Promise<PriceState>;
  /** What people call the product; `undefined` where Apple does not say. */
  label(): Promise<ProductLabel | undefined>;
  /** The prices of some territories, to see whether a write has taken effect; others may be absent. */
  readBack(territories: readonly string[]): Promise<ShownPrices>;
  /** The price points of some territories; they may be some days old where they are kept. */
  pricePoints(territories: readonly string[]): Promise<PricePoint[]>;
  /** The same from Apple, where `pricePoints` may be older. */
  freshPricePoints?(territories: readonly string[]): Promise<PricePoint[]>;
  /** Drops kept price points that Apple did not know any more. */
  forgetPricePoints?(territories: readonly string[]): Promise<void>;
  /** Apple's equal prices in every other territory. */
  equalizations(pricePointId: string): Promise<PricePoint[]>;
  /** All territories with their currencies. */
  territories(): Promise<ReadonlyMap<string, string | undefined>>;
  /** What the product cost so many days ago, as far as our own changes tell. */
  earlierPrices?(days: number): Promise<ReadonlyMap<string, EarlierPrice>>;
  /** Territory → the day on which our last increase that present subscribers got began, of so many months. */
  increases?(months: number): Promise<ReadonlyMap<string, string>>;
  /** Subscriptions: the same for their introductory offers. */
  introductoryOffers?(): PriceList;
  /** The territories where the product is on sale; `undefined` where Apple does not say. */
  availability?(): Promise<ReadonlySet<string> | undefined>;
  /**
   * What Apple says of the product beside its prices; never fails for want of it. `availability`: where that is being
   * read already.
   */
  surroundings?(availability?: () => Promise<ReadonlySet<string> | undefined>): Promise<ProductSurroundings>;
  /** Who pays the standard price now, where the lake has a Subscription report of the last days. */
  stakes?(): Promise<Stakes | undefined>;
  /** The writes that lead from a state to a plan's targets. Pure. `fixed`: in-app purchases and apps only. */
  steps(state: PriceState, entries: readonly PlanEntry[], fixed: FixedPrices | undefined): StepDraft[];
  /** Waits for the turn of up to so many writes, before they are marked. Gives how many may go, at least one. */
  turnToSend(writes: number): Promise<number>;
  /** @returns Apple's id of the request, which its support asks for, where the response had one */
  send(write: ApiWrite): Promise<string | undefined>;
};

/** The list that a request is about: a subscription's prices, or its introductory offers. */
export function priceListFor(
  list: PriceList,
  { introductoryOffer }: { introductoryOffer?: unknown },
): PriceList {
  return introductoryOffer === undefined ? list : (list.introductoryOffers?.() ?? list);
}
