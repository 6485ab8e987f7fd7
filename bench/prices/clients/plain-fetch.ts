import { z } from 'zod';
import { type Access, type PriceClient, priceCreation, pricePointsOf } from './price-client.ts';

const dataSchema = z.object({ data: z.unknown() });

/** No library: `fetch`, as command line tools of this field do it. */
export function plainFetch({ origin, token }: Access): PriceClient {
  const authorization = `Bearer ${token}`;
  const get = async (path: string) => {
    const answer = await fetch(`${origin}${path}`, { headers: { authorization } });
    return pricePointsOf(dataSchema.parse(await answer.json()).data);
  };
  return {
    pricePoints: (subscription, territory) =>
      get(
        `/v1/subscriptions/${subscription}/pricePoints?filter[territory]=${territory}&include=territory&limit=8000`,
      ),
    equalizations: (pricePoint) =>
      get(`/v1/subscriptionPricePoints/${pricePoint}/equalizations?include=territory&limit=8000`),
    write: async (write) => {
      const answer = await fetch(`${origin}/v1/subscriptionPrices`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ data: priceCreation(write) }),
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`Apple answered ${answer.status}.`);
    },
  };
}
