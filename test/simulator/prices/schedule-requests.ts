import type { Apple } from '../apple.ts';
import { call, pointId, ref, startPrices } from './prices-client.ts';

const names = {
  inAppPurchase: {
    product: 'inAppPurchases',
    productPath: '/v2/inAppPurchases',
    pricePoints: 'pricePoints',
    toSchedule: 'iapPriceSchedule',
    owner: 'inAppPurchase',
    schedules: 'inAppPurchasePriceSchedules',
    price: 'inAppPurchasePrices',
    pointOfPrice: 'inAppPurchasePricePoint',
    point: 'inAppPurchasePricePoints',
    equalizations: '/v1/inAppPurchasePricePoints',
  },
  app: {
    product: 'apps',
    productPath: '/v1/apps',
    pricePoints: 'appPricePoints',
    toSchedule: 'appPriceSchedule',
    owner: 'app',
    schedules: 'appPriceSchedules',
    price: 'appPrices',
    pointOfPrice: 'appPricePoint',
    point: 'appPricePoints',
    equalizations: '/v3/appPricePoints',
  },
} as const;

export type WantedPrice = {
  territory: string;
  price: string;
  startDate?: string | null;
  endDate?: string | null;
};

/** Requests for the price schedule of one product, which is sold with a base in the USA and a price of its own in Britain. */
export function scheduleRequests(kind: 'inAppPurchase' | 'app') {
  const { productPath, schedules, pointOfPrice, ...name } = names[kind];
  const GEMS = '6440000001';
  const list = `/v1/${schedules}/${GEMS}`;

  const start = async (...parameters: Parameters<typeof startPrices>): Promise<Apple> => {
    const apple = await startPrices(...parameters);
    const product = { team: 'acme', id: GEMS, name: 'Gems', prices: { USA: '9.99', GBR: '8.99' } };
    if (kind === 'app') apple.simulator.prices.addApp(product);
    else apple.simulator.prices.addInAppPurchase(product);
    return apple;
  };

  const schedule = async (
    apple: Apple,
    prices: readonly WantedPrice[],
    baseTerritory: string | null = 'USA',
  ) => {
    const included = await Promise.all(
      prices.map(async ({ territory, price, ...attributes }, at) => ({
        type: name.price as string,
        id: `\${${at}}`,
        attributes,
        relationships: {
          [pointOfPrice]: ref(
            name.point,
            await pointId(apple, `${productPath}/${GEMS}/${name.pricePoints}`, territory, price),
          ),
        },
      })),
    );
    return {
      data: {
        type: schedules,
        relationships: {
          [name.owner]: ref(name.product, GEMS),
          ...(baseTerritory !== null && { baseTerritory: ref('territories', baseTerritory) }),
          manualPrices: { data: included.map(({ type, id }) => ({ type, id })) },
        },
      },
      included,
    };
  };

  const post = (apple: Apple, body: unknown) => call(apple, 'POST', `/v1/${schedules}`, body);

  const manual = ({ simulator }: Apple) =>
    simulator.prices
      .pricesOf(kind, GEMS)
      .filter((price) => price.manual)
      .map(({ territory, customerPrice, startDate, endDate }) => [
        territory,
        customerPrice,
        startDate,
        endDate,
      ]);

  const effective = ({ simulator }: Apple, day: string, ...territories: string[]) => {
    const prices = simulator.prices.effective(kind, GEMS, day);
    return territories.map((territory) => prices.get(territory));
  };

  return { ...names[kind], GEMS, list, start, schedule, post, manual, effective };
}
