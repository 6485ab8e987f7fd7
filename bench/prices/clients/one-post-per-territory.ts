import type { PriceClient, PricePoint } from './price-client.ts';

export type NaiveChange = {
  subscription: string;
  base: { territory: string; price: string };
  startDate: string;
  /** Writes under way at a time. */
  atOnce: number;
};

/**
 * What scripts and command line tools of this field do: look up the base's equal prices, then one POST per territory,
 * without looking at what is there; a refusal ends the territory it meets.
 *
 * @param pick which territories, all where absent
 * @returns the territories that were refused
 */
export async function changePrices(
  client: PriceClient,
  { subscription, base, startDate, atOnce }: NaiveChange,
  pick: (point: PricePoint, index: number) => boolean = () => true,
): Promise<string[]> {
  const point = (await client.pricePoints(subscription, base.territory)).find(
    ({ price }) => price === base.price,
  );
  if (point === undefined) throw new Error(`no price point ${base.price}`);
  const queue = [point, ...(await client.equalizations(point.id))].filter(pick);
  const refused: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { id, territory } = next;
      try {
        await client.write({ subscription, territory, pricePoint: id, startDate });
      } catch {
        refused.push(territory);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return refused;
}
