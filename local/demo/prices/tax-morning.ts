import { publishedEvents } from '../../../functions/events/contract.ts';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import type { World } from '../../world/world.ts';
import type { CheckList } from '../check-list.ts';
import { at } from '../morning.ts';

async function watch(world: World): Promise<void> {
  await world.cloud.invoke('ReconcilePrices', { watch: true });
  await world.cloud.drain();
}

/** A morning on which Apple has moved a tax: the price is the same, what is left of it is not. */
export async function playTaxMorning(
  world: World,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<void> {
  const told = () =>
    world.cloud
      .events()
      .filter((event) => event['detail-type'] === 'Apple Changed Prices')
      .map(({ detail }) => publishedEvents['Apple Changed Prices'].parse(detail));
  await watch(world);
  await world.pass(DAY_MILLIS);
  const known = told().length;
  world.simulator.prices.appleDecides('MUS', { taxPercent: 15 });
  await watch(world);
  const [event, ...more] = told().slice(known);
  const example = event?.changes[0]?.examples[0];
  say(
    `\n${at(world)}  Apple has moved a tax overnight: ${event?.changes
      .map(({ kind, territory, products }) => `${kind} in ${territory} (${products} products)`)
      .join(', ')}`,
  );
  say(
    `  ${example?.name ?? ''}: ${example?.before?.proceeds} of ${example?.before?.price} became ${example?.after?.proceeds} of ${example?.after?.price} ${example?.after?.currency}`,
  );
  checks.check(
    'a tax that Apple moved by itself was told the next morning, once, as moved proceeds and not as a price change',
    more.length === 0 &&
      event?.changes.length === 1 &&
      event.changes[0]?.kind === 'proceeds' &&
      event.changes[0].territory === 'MUS',
    JSON.stringify(event?.changes.map(({ kind, territory }) => `${kind} ${territory}`)),
  );
}
