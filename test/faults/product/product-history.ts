import type { History } from '../../engine/history.ts';
import { drawEvents, type ProductEvent } from './actors/product-events.ts';
import { TEAMS } from './apple/product-teams.ts';
import { ProductWorld } from './product-world.ts';

/** Histories of the whole product: events that the seed draws, then all comes to rest. */
export const history: History<ProductEvent> = {
  play: async (seed, only) => {
    const world = new ProductWorld(seed);
    const steps = only ?? drawEvents(seed, TEAMS.length);
    let broken: string | undefined;
    try {
      for (const event of steps) await world.take(event);
      await world.rest();
    } catch (error) {
      broken = error instanceof Error ? error.message : String(error);
    } finally {
      world.close();
    }
    return { broken, steps, happened: world.happened };
  },
  describe: (event) => JSON.stringify(event),
};
