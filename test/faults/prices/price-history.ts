import { wander } from './price-explorer.ts';
import { change } from './price-requests.ts';

/** Three changes of one product in three territories, with more trouble than can be explored. */
export const history = wander({
  requests: [
    change('A', { USA: '12.99', FRA: '12.99', GBR: '12.99' }),
    change('B', { USA: '7.99', FRA: '19.99' }),
    change('C', { USA: '19.99', FRA: '7.99', GBR: '7.99' }),
  ],
  deliveries: 2,
  crashes: 3,
  sendFaults: 3,
  lateEffects: 1,
  jumps: 2,
});
