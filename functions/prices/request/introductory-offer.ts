import * as z from 'zod';
import type { Problem } from '../../platform/errors.ts';
import { territorySchema } from '../../platform/validation/codes.ts';

/** Source: `SubscriptionOfferMode` and `SubscriptionOfferDuration` of Apple's OpenAPI file. */
const MODES = ['FREE_TRIAL', 'PAY_AS_YOU_GO', 'PAY_UP_FRONT'] as const;
const DURATIONS = [
  'THREE_DAYS',
  'ONE_WEEK',
  'TWO_WEEKS',
  'ONE_MONTH',
  'TWO_MONTHS',
  'THREE_MONTHS',
  'SIX_MONTHS',
  'ONE_YEAR',
] as const;

/**
 * The introductory offer that territories shall have, in place of whatever offer they have, or that they shall have
 * none. What it costs is said as prices are: `prices`, `equalizeFrom`, `index`; a free trial costs nothing and names its
 * territories, and so does a removal.
 */
export const introductoryOfferSchema = z.union(
  [
    z.strictObject({
      mode: z.enum(MODES, `must be one of ${MODES.join(', ')}`),
      duration: z.enum(DURATIONS, `must be one of ${DURATIONS.join(', ')}`),
      periods: z.number().int().min(1).max(12).default(1),
      /** The last day on which it can be had. */
      endDate: z.iso.date('must be a day such as 2026-12-31').optional(),
      territories: z.array(territorySchema).min(1, 'must name at least one territory').optional(),
    }),
    z.strictObject({
      remove: z.literal(true),
      territories: z.array(territorySchema).min(1, 'must name at least one territory'),
    }),
  ],
  {
    error:
      'must be { "mode", "duration", "periods", "endDate" }, or { "remove": true, "territories": [...] }',
  },
);

export type IntroductoryOffer = z.output<typeof introductoryOfferSchema>;
/** What an offer is, apart from where it is and what it costs. */
export type OfferTerms = Extract<IntroductoryOffer, { mode: string }>;

const outlineSchema = z.looseObject({
  mode: z.unknown().optional(),
  remove: z.unknown().optional(),
  territories: z.unknown().optional(),
});

/** Fields that say something about prices, and nothing about an offer. */
const FOREIGN = [
  'follow',
  'baseTerritory',
  'removeScheduled',
  'preserveCurrentPrice',
  'dropVolumeTiers',
  'limits',
  'percent',
];
const PRICED = ['prices', 'equalizeFrom', 'index'];

/** How an offer fits together with the rest of its request. */
export function offerCombinationProblems(
  request: Readonly<Record<string, unknown>>,
  kind: unknown,
): Problem[] {
  const offer = outlineSchema.safeParse(request['introductoryOffer']).data ?? {};
  const problem = (path: string, message: string): Problem => ({ path, message });
  const priced = PRICED.filter((name) => request[name] !== undefined);
  const isFree = offer.mode === 'FREE_TRIAL' || offer.remove === true;
  const naming = offer.remove === true ? 'a removal' : 'a free trial';
  return [
    ...(kind === 'inAppPurchase' || kind === 'app'
      ? [problem('introductoryOffer', 'is for subscriptions only; remove it')]
      : []),
    ...(isFree && offer.territories === undefined
      ? [problem('introductoryOffer.territories', `${naming} names its territories`)]
      : []),
    ...(isFree ? priced.map((name) => problem(name, `${naming} has no price; remove it`)) : []),
    ...(!isFree && offer.territories !== undefined
      ? [problem('introductoryOffer.territories', 'the prices name the territories; remove it')]
      : []),
    ...(!isFree && priced.length !== 1
      ? [
          problem(
            priced[1] ?? 'prices',
            `exactly one of prices, equalizeFrom and index says what the offer costs; ${priced.length === 0 ? 'none of them is given' : `${priced.join(' and ')} are given`}`,
          ),
        ]
      : []),
    ...FOREIGN.filter((name) => request[name] !== undefined).map((name) =>
      problem(name, 'says nothing about an introductory offer; remove it'),
    ),
  ];
}

/** Names what an offer is, for comparing: `PAY_AS_YOU_GO ONE_MONTH x3`. */
export const offerTerms = ({
  mode,
  duration,
  periods,
}: {
  mode: string;
  duration: string;
  periods: number;
}): string => `${mode} ${duration} x${periods}`;

/** The other way. */
export function readOfferTerms(terms: string): { mode: string; duration: string; periods: number } {
  const [mode = '', duration = '', times = 'x1'] = terms.split(' ');
  return { mode, duration, periods: Number(times.slice(1)) };
}
