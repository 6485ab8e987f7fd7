// A price change by one client, in a process of its own, so that it can be killed: reads its order from the standard
// input, prints the territories that were refused.
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { npmPeer, type Peer, type PeerName } from '../../peers/peers.ts';
import { appstoreConnectSdk } from './appstore-connect-sdk.ts';
import { nodeAppStoreConnectApi } from './node-app-store-connect-api.ts';
import { changePrices } from './one-post-per-territory.ts';
import { plainFetch } from './plain-fetch.ts';
import type { Access, PriceClient } from './price-client.ts';

const orderSchema = z.object({
  client: z.enum(['plain fetch', 'appstore-connect-sdk', 'node-app-store-connect-api']),
  access: z.object({
    origin: z.string(),
    keyId: z.string(),
    issuerId: z.string(),
    privateKeyPem: z.string(),
    token: z.string(),
  }),
  change: z.object({
    subscription: z.string(),
    base: z.object({ territory: z.string(), price: z.string() }),
    startDate: z.string(),
    atOnce: z.number(),
  }),
});

export type Order = z.output<typeof orderSchema>;

const order = orderSchema.parse(JSON.parse(await text(process.stdin)));
const client = await clientOf(order.client, order.access);
console.log(JSON.stringify(await changePrices(client, order.change)));

function clientOf(name: Order['client'], access: Access): PriceClient | Promise<PriceClient> {
  if (name === 'appstore-connect-sdk') return appstoreConnectSdk(peer(name), access);
  if (name === 'node-app-store-connect-api') return nodeAppStoreConnectApi(peer(name), access);
  return plainFetch(access);
}

function peer(name: PeerName): Peer {
  const found = npmPeer(name);
  if ('missing' in found) throw new Error(found.missing);
  return found;
}
