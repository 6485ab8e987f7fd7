import { z } from 'zod';

/** How to get at the simulator: the key as Apple gives it, and a token for a client that signs none. */
export type Access = {
  origin: string;
  keyId: string;
  issuerId: string;
  privateKeyPem: string;
  token: string;
  /** For a client that knows Apple's address only: the proxy that leads it here, and what it has to trust, in PEM. */
  https?: { proxy: string; authority: string };
};

export type PricePoint = { id: string; territory: string; price: string };

export type PriceWrite = { subscription: string; territory: string; pricePoint: string; startDate: string };

/** What a client library offers for the prices of a subscription. */
export type PriceClient = {
  pricePoints(subscription: string, territory: string): Promise<PricePoint[]>;
  /** What equals a price point in every other territory. */
  equalizations(pricePoint: string): Promise<PricePoint[]>;
  /** Throws when Apple refuses. */
  write(write: PriceWrite): Promise<void>;
};

const listSchema = z.array(
  z.object({
    id: z.string(),
    attributes: z.object({ customerPrice: z.string() }),
    relationships: z.object({ territory: z.object({ data: z.object({ id: z.string() }) }) }),
  }),
);

/** The price points of Apple's `data`. */
export const pricePointsOf = (data: unknown): PricePoint[] =>
  listSchema.parse(data).map(({ id, attributes, relationships }) => ({
    id,
    territory: relationships.territory.data.id,
    price: attributes.customerPrice,
  }));

/** Apple's `data` of a write for one territory. */
export const priceCreation = ({ subscription, territory, pricePoint, startDate }: PriceWrite) => ({
  type: 'subscriptionPrices' as const,
  attributes: { startDate, preserveCurrentPrice: true },
  relationships: {
    subscription: { data: { type: 'subscriptions' as const, id: subscription } },
    territory: { data: { type: 'territories' as const, id: territory } },
    subscriptionPricePoint: { data: { type: 'subscriptionPricePoints' as const, id: pricePoint } },
  },
});
