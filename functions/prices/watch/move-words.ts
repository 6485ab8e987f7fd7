import type { MoveKind } from './moves.ts';

/** What each kind means, the most likely cause first. */
export const MOVE_WORDS: Record<MoveKind, { title: string; meaning: string }> = {
  proceeds: {
    title: 'Proceeds changed',
    meaning:
      'The price is the same, and you get more or less of it: most likely a tax changed in the territory. Nothing has to be done.',
  },
  automaticPrice: {
    title: 'Automatic prices moved',
    meaning:
      'Apple adjusts prices that follow the base territory to taxes and exchange rates. To keep a price, request it as a price of its own.',
  },
  currency: {
    title: 'Currency changed',
    meaning:
      'Apple sells in another currency there and has converted the prices. Check limits, desired files and price requests that name amounts for the territory.',
  },
  territoryOpened: {
    title: 'New territories',
    meaning:
      'A subscription has no price there until you set one; other products follow their base territory.',
  },
  territoryClosed: { title: 'Closed territories', meaning: 'Apple lists no price there any more.' },
  pricePointGone: {
    title: 'Price points withdrawn',
    meaning:
      'Apple no longer delivers the price point of the present price. Look at the price in App Store Connect; the next change there needs another price.',
  },
  fixedPrice: {
    title: 'Prices changed by somebody else',
    meaning:
      'Apple does not adjust these prices by itself, and no change made here did: most likely somebody changed them in App Store Connect.',
  },
};
