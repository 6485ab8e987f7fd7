import { z } from 'zod';
import type { Peer } from '../../peers/peers.ts';
import { type Access, type PriceClient, priceCreation, pricePointsOf } from './price-client.ts';

type CreateClient = (options: {
  baseUrl: string;
  issuerId: string;
  privateKeyId: string;
  privateKey: string;
}) => unknown;
type Call = (options: object) => Promise<unknown>;

const call = z.custom<Call>((value) => typeof value === 'function');
const sdkSchema = z.object({
  createClient: z.custom<CreateClient>((value) => typeof value === 'function'),
  subscriptionsPricePointsGetToManyRelated: call,
  subscriptionPricePointsEqualizationsGetToManyRelated: call,
  subscriptionPricesCreateInstance: call,
});
const answerSchema = z.object({
  data: z.object({ data: z.unknown() }).optional(),
  error: z.unknown().optional(),
});

/** The most used client on npm, generated from Apple's file. It signs its own tokens, which have no `iat`. */
export function appstoreConnectSdk(
  { module }: Peer,
  { origin, issuerId, keyId, privateKeyPem }: Access,
): PriceClient {
  const sdk = sdkSchema.parse(module);
  const client = sdk.createClient({
    baseUrl: origin,
    issuerId,
    privateKeyId: keyId,
    privateKey: privateKeyPem,
  });
  const dataOf = async (answer: Promise<unknown>): Promise<unknown> => {
    const { data, error } = answerSchema.parse(await answer);
    if (data === undefined) throw new Error(`Apple refused: ${JSON.stringify(error)}`);
    return data.data;
  };
  const query = { include: ['territory'], limit: 8000 };
  return {
    pricePoints: async (subscription, territory) =>
      pricePointsOf(
        await dataOf(
          sdk.subscriptionsPricePointsGetToManyRelated({
            client,
            path: { id: subscription },
            query: { ...query, 'filter[territory]': [territory] },
          }),
        ),
      ),
    equalizations: async (pricePoint) =>
      pricePointsOf(
        await dataOf(
          sdk.subscriptionPricePointsEqualizationsGetToManyRelated({
            client,
            path: { id: pricePoint },
            query,
          }),
        ),
      ),
    write: async (write) => {
      await dataOf(sdk.subscriptionPricesCreateInstance({ client, body: { data: priceCreation(write) } }));
    },
  };
}
