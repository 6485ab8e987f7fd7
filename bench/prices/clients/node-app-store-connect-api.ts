import { z } from 'zod';
import type { Peer } from '../../peers/peers.ts';
import { type Access, type PriceClient, priceCreation, pricePointsOf } from './price-client.ts';

type Options = { issuerId: string; apiKey: string; privateKey: string; urlBase: string };

const moduleSchema = z.object({
  api: z.custom<(options: Options) => Promise<unknown>>((value) => typeof value === 'function'),
});
const clientSchema = z.object({
  readAll: z.custom<(url: string) => Promise<unknown>>((value) => typeof value === 'function'),
  create: z.custom<(creation: object) => Promise<unknown>>((value) => typeof value === 'function'),
});
const dataSchema = z.object({ data: z.unknown() });

/** A client with pages and retries: 401, 429 and 500 up to ten times, at once, of whatever method. */
export async function nodeAppStoreConnectApi({ module }: Peer, access: Access): Promise<PriceClient> {
  const { readAll, create } = clientSchema.parse(
    await moduleSchema.parse(module).api({
      issuerId: access.issuerId,
      apiKey: access.keyId,
      privateKey: access.privateKeyPem,
      urlBase: access.origin,
    }),
  );
  const read = async (url: string) => pricePointsOf(dataSchema.parse(await readAll(url)).data);
  return {
    pricePoints: (subscription, territory) =>
      read(
        `subscriptions/${subscription}/pricePoints?filter[territory]=${territory}&include=territory&limit=8000`,
      ),
    equalizations: (pricePoint) =>
      read(`subscriptionPricePoints/${pricePoint}/equalizations?include=territory&limit=8000`),
    write: async (write) => void (await create(priceCreation(write))),
  };
}
