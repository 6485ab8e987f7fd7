import type { Apple } from '../apple.ts';
import { call, pointId, ref } from './prices-client.ts';

export const PRO = '6448311069';
export const pricePoints = (id = PRO) => `/v1/subscriptions/${id}/pricePoints`;

export type Asked = { territory: string; price: string; id?: string; attributes?: Record<string, unknown> };

/** A `subscriptionPrices` item as a request carries it. */
export async function item(apple: Apple, { territory, price, id = PRO, attributes }: Asked) {
  const point = await pointId(apple, pricePoints(id), territory, price);
  return {
    type: 'subscriptionPrices',
    ...(attributes && { attributes }),
    relationships: {
      subscription: ref('subscriptions', id),
      territory: ref('territories', territory),
      subscriptionPricePoint: ref('subscriptionPricePoints', point),
    },
  };
}

export const post = async (apple: Apple, asked: Asked) =>
  call(apple, 'POST', '/v1/subscriptionPrices', { data: await item(apple, asked) });

/** A PATCH that brings these prices under local ids. */
export async function patch(apple: Apple, prices: readonly Asked[], id = PRO) {
  const included = await Promise.all(
    prices.map(async (asked, at) => ({ ...(await item(apple, { id, ...asked })), id: `\${${at}}` })),
  );
  const references = included.map(({ type, id }) => ({ type, id }));
  return { data: { type: 'subscriptions', id, relationships: { prices: { data: references } } }, included };
}

export const send = (apple: Apple, body: { data: { id: string }; included?: readonly unknown[] }) =>
  call(apple, 'PATCH', `/v1/subscriptions/${body.data.id}`, body);

export const listed = ({ simulator }: Apple, id = PRO) =>
  simulator.prices
    .pricesOf('subscription', id)
    .map(({ territory, customerPrice, startDate, preserved }) =>
      [territory, customerPrice, startDate ?? 'now', ...(preserved ? ['preserved'] : [])].join(' '),
    );

/** What `listed` gives before anything was changed. */
export const before = ['FRA 49.99 now', 'JPN 7500 now', 'USA 49.99 now'];
