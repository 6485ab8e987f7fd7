import { someOf } from '../../platform/util/shorten.ts';
import { addDecimals, sumByCurrency } from '../request/decimal.ts';
import type { Circumstances, PlannedConsent, Stake } from './circumstances.ts';
import type { ConsentOutcome } from './consent.ts';

const WORDS: Record<ConsentOutcome, string> = {
  mustAgree: 'must agree',
  mayHaveToAgree: 'may have to agree',
  informed: 'are informed',
  kept: 'keep their price',
};
const ORDER = ['mustAgree', 'mayHaveToAgree', 'informed', 'kept'] as const satisfies ConsentOutcome[];

/** A territory's cell: `must agree; 1,234 pay 43,190.00 EUR per period`. */
export function consentCell({ outcome, stake }: PlannedConsent): string {
  return stake === undefined ? WORDS[outcome] : `${WORDS[outcome]}; ${stakeWords([stake])}`;
}

/**
 * `Present subscribers: must agree in 2 territories (AUT, DEU; 1,234 pay 43,190.00 EUR per period), are informed in 170.
 * Apple's first messages go out from 2026-10-02 on.` Empty where no subscription's price goes up.
 */
export function consentSentence({ consent = {}, stakesOn }: Circumstances): string {
  const all = Object.entries(consent);
  if (all.length === 0) return '';
  const parts = ORDER.flatMap((outcome) => {
    const found = all.filter(([, planned]) => planned.outcome === outcome);
    if (found.length === 0) return [];
    const names = someOf(found.map(([territory]) => territory));
    const stakes = stakeWords(found.flatMap(([, { stake }]) => (stake === undefined ? [] : [stake])));
    const count = `${found.length} ${found.length === 1 ? 'territory' : 'territories'}`;
    return [`${WORDS[outcome]} in ${count} (${names}${stakes === '' ? '' : `; ${stakes}`})`];
  });
  const [first] = all
    .flatMap(([, { firstNotice }]) => (firstNotice === null ? [] : [firstNotice]))
    .toSorted();
  const notice =
    first === undefined
      ? ''
      : ` Apple's first messages go out from ${first} on, or at once where that has passed; who renews too soon for them renews once more at the old price.`;
  const counted = stakesOn === undefined ? '' : ` Subscribers as of ${stakesOn}.`;
  return `Present subscribers: ${parts.join(', ')}.${notice}${counted}`;
}

function stakeWords(stakes: readonly Stake[]): string {
  if (stakes.length === 0) return '';
  const subscribers = stakes.map((stake) => stake.subscribers).reduce(addDecimals, '0');
  const money = Object.entries(
    sumByCurrency(stakes.map(({ proceeds, currency }) => ({ amount: proceeds, currency }))),
  )
    .toSorted()
    .map(([currency, amount]) => `${grouped(amount)} ${currency}`);
  const others = money.length > 3 ? ` and ${money.length - 3} more currencies` : '';
  return money.length === 0
    ? `${grouped(subscribers)} subscribers`
    : `${grouped(subscribers)} subscribers, proceeds ${money.slice(0, 3).join(', ')}${others} per period`;
}

/** `43190.00` → `43,190.00` */
const grouped = (amount: string): string => amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
