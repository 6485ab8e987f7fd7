import type { Bounds } from './interleavings/price-world.ts';

/** A request for new prices of one subscription. */
export const change = (idempotencyKey: string, prices: Record<string, string>) => ({
  idempotencyKey,
  team: 'acme',
  product: { kind: 'subscription', id: '1' },
  prices,
  preserveCurrentPrice: true,
  requestedBy: 'cfo@acme.example',
});

export const X = change('X', { USA: '12.99' });
/** Its first request goes alone, the other two go in one wave. */
export const W = change('W', { USA: '12.99', FRA: '12.99', GBR: '12.99' });
export const Y = change('Y', { USA: '7.99' });

/** One change, delivered once, and nothing goes wrong. */
export const NONE: Bounds = {
  requests: [X],
  deliveries: 1,
  crashes: 0,
  sendFaults: 0,
  lateEffects: 0,
  jumps: 0,
};
