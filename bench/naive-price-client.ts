import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { World } from '../local/world.ts';

const list = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({ customerPrice: z.string() }),
      relationships: z.object({ territory: z.object({ data: z.object({ id: z.string() }) }) }),
    }),
  ),
});

/**
 * What command line tools of this field do: look up the base's equal prices, then one POST a territory, without
 * looking at what is there, some at a time; a 429 ends the territory it meets.
 */
export async function naiveClient(
  world: World,
  change: { id: string; base: { territory: string; price: string }; startDate: string; atOnce: number },
): Promise<void> {
  const authorization = `Bearer ${await tokenOf(world)}`;
  const get = async (path: string) => {
    const answer = await fetch(`${world.simulator.origin}${path}`, { headers: { authorization } });
    return list.parse(await answer.json()).data;
  };
  const { id, base, startDate, atOnce } = change;
  const points = await get(
    `/v1/subscriptions/${id}/pricePoints?filter[territory]=${base.territory}&include=territory&limit=8000`,
  );
  const point = points.find(({ attributes }) => attributes.customerPrice === base.price);
  if (point === undefined) throw new Error(`no price point ${base.price}`);
  const equal = await get(
    `/v1/subscriptionPricePoints/${point.id}/equalizations?include=territory&limit=8000`,
  );
  const queue = [point, ...equal];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await fetch(`${world.simulator.origin}/v1/subscriptionPrices`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          data: {
            type: 'subscriptionPrices',
            attributes: { startDate, preserveCurrentPrice: true },
            relationships: {
              subscription: { data: { type: 'subscriptions', id } },
              territory: { data: { type: 'territories', id: next.relationships.territory.data.id } },
              subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: next.id } },
            },
          },
        }),
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function tokenOf(world: World): Promise<string> {
  const key = world.priceKeys.get('acme');
  if (key === undefined) throw new Error('the team has no price key');
  const now = Math.floor(world.clock.now() / 1000);
  return new SignJWT({ iss: key.issuerId, iat: now, exp: now + 1100, aud: 'appstoreconnect-v1' })
    .setProtectedHeader({ alg: 'ES256', kid: key.keyId, typ: 'JWT' })
    .sign(createPrivateKey(key.privateKeyPem));
}
