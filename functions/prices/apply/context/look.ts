import type { ShownPrices } from '../../plan/price-state.ts';
import { compareEffects, type Effect, showsEffects } from '../../plan/steps.ts';
import type { ApplyContext } from './stage.ts';

/**
 * Reads the prices until Apple shows the effects, at most once after each wait: what Apple shows may lag behind what
 * it has done.
 *
 * @throws AppStoreConnectError
 */
export async function look(
  { priceList, sleep }: Pick<ApplyContext, 'priceList' | 'sleep'>,
  effects: Record<string, Effect>,
  waitsMillis: readonly number[],
): Promise<ShownPrices> {
  const territories = Object.keys(effects);
  for (const wait of waitsMillis) {
    const state = await priceList.readBack(territories);
    if (showsEffects(state, effects)) return state;
    await sleep(wait);
  }
  return priceList.readBack(territories);
}

/** The territories of which a state shows the effect; not those of which it can show none any more. */
export const territoriesShown = (state: ShownPrices, effects: Record<string, Effect>): string[] =>
  Object.entries(effects)
    .filter(([territory, effect]) => compareEffects(state, { [territory]: effect }) === 'after')
    .map(([territory]) => territory);
