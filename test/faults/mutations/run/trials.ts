import type { Mistake, TestedMistake } from '../form/mistake.ts';
import { ALARM_MISTAKES } from '../mistakes/alarms.ts';
import { ANALYTICS_MISTAKES } from '../mistakes/analytics.ts';
import { CAMPAIGN_MISTAKES } from '../mistakes/campaigns.ts';
import { KEY_MISTAKES, RARE_KEY_MISTAKES } from '../mistakes/keys.ts';
import { LIFE_MISTAKES } from '../mistakes/life.ts';
import { MODEL_MISTAKES } from '../mistakes/models.ts';
import { PACING_MISTAKES } from '../mistakes/pacing.ts';
import { PRICE_RULE_MISTAKES } from '../mistakes/price-rules.ts';
import { PRICE_MISTAKES } from '../mistakes/prices.ts';
import { PRODUCT_REPORT_MISTAKES } from '../mistakes/product-reports.ts';
import { RATE_AND_EFFECT_MISTAKES } from '../mistakes/rates-and-effects.ts';
import { RARE_REPORT_MISTAKES, REPORT_MISTAKES } from '../mistakes/reports.ts';
import { MEETING_LOOK_MISTAKES, REVIEW_MISTAKES } from '../mistakes/reviews.ts';
import type { Witness } from './witness.ts';

/** A mistake, and who must notice it. */
export type Trial = { mistake: Mistake; witness: Witness };
/** Mistakes of one kind. `name`: as a heading. */
export type Group = { name: string; trials: readonly Trial[] };

/** @param count environment variable that says how many seeds are played; without it `usual` */
const byHistories =
  (file: string, usual: number, count?: string) =>
  (mistakes: readonly Mistake[]): Trial[] => {
    const last = (count === undefined ? undefined : process.env[count]) ?? usual;
    return mistakes.map((mistake) => ({
      mistake,
      witness: { kind: 'histories', file, seeds: `1-${last}` },
    }));
  };

const byTests = (mistakes: readonly TestedMistake[]): Trial[] =>
  mistakes.map(({ test, ...mistake }) => ({ mistake, witness: { kind: 'test', file: test } }));

const byReports = byHistories('test/histories/history.ts', 200, 'HISTORY_COUNT');
/** Mistakes that only few orders of events bring to light. */
const byManyReports = byHistories('test/histories/history.ts', 2_500);
const byReviews = byHistories('test/histories/review-history.ts', 60, 'REVIEWS_COUNT');
const byProduct = byHistories('test/faults/product/product-history.ts', 400, 'PRODUCT_COUNT');
const byLife = byHistories('test/faults/prices/life/life-history.ts', 200, 'LIFE_COUNT');
const byCampaigns = byHistories('test/faults/campaigns/campaign-history.ts', 1000);

/** Every mistake that must be noticed, in the order of the table in docs/mutations.md. */
export const GROUPS: readonly Group[] = [
  { name: 'Reports', trials: [...byReports(REPORT_MISTAKES), ...byManyReports(RARE_REPORT_MISTAKES)] },
  { name: 'Analytics, vendor numbers', trials: byTests(ANALYTICS_MISTAKES) },
  { name: 'Reviews', trials: [...byReviews(REVIEW_MISTAKES), ...byTests(MEETING_LOOK_MISTAKES)] },
  {
    name: 'Analytics, reviews, versions and turns in the whole product',
    trials: byProduct(PRODUCT_REPORT_MISTAKES),
  },
  { name: 'Prices: exactly once', trials: byProduct(PRICE_MISTAKES) },
  { name: 'Prices: what may be asked for', trials: byLife(LIFE_MISTAKES) },
  {
    name: 'Prices: limits, currencies, ends, consent, approvals, drift',
    trials: byTests(PRICE_RULE_MISTAKES),
  },
  {
    name: 'Keys, tokens, circuit breakers',
    trials: [...byProduct(KEY_MISTAKES), ...byTests(RARE_KEY_MISTAKES)],
  },
  { name: 'Campaigns', trials: byCampaigns(CAMPAIGN_MISTAKES) },
  { name: 'Pace of requests', trials: byTests(PACING_MISTAKES) },
  { name: 'Models (SQL)', trials: byTests(MODEL_MISTAKES) },
  { name: 'Exchange rates, price effects', trials: byTests(RATE_AND_EFFECT_MISTAKES) },
  { name: 'Alarms', trials: byTests(ALARM_MISTAKES) },
];

export const MISTAKES: readonly Mistake[] = GROUPS.flatMap(({ trials }) =>
  trials.map(({ mistake }) => mistake),
);
