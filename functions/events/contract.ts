import * as z from 'zod';
import { problemSchema } from '../platform/validation/outcome-schema.ts';
import { effectPreviewSchema } from './effect-preview.ts';
import { eventProductSchema } from './event-product.ts';
import { identified } from './identified.ts';
import { priceEffectMeasured } from './price-effect-measured.ts';
import { priceMove } from './price-move.ts';

const problems = z.array(problemSchema);

/** One date of one report. Sales and finance reports have `vendor`, analytics reports have `app` in its place. */
const partition = identified.extend({
  team: z.string(),
  vendor: z.string().optional(),
  app: z.string().optional(),
  /** `SALES/SUMMARY/DAILY` */
  report: z.string(),
  /** `2026-11-23`, or `2026-11`, or `2026`, by the report's frequency. */
  reportDate: z.string(),
});

const storedReport = partition.extend({
  /** SHA-256 of the raw file exactly as Apple sent it (gzip). */
  sha256: z.string(),
  rows: z.number(),
  rawKey: z.string(),
  /** Only of reports that Apple delivers in several files: all of them. */
  rawKeys: z.array(z.string()).optional(),
  tableKey: z.string(),
  /** What a person should know of the file, though it is stored. Absent where there is nothing to say. */
  remarks: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});

const priceChange = identified.extend({
  team: z.string(),
  changeId: z.string(),
  product: eventProductSchema,
  requestedBy: z.string().optional(),
  reason: z.string().optional(),
  /** Object key of the plan in the bucket's audit. */
  planKey: z.string().optional(),
  /** Of a change that is part of a campaign: its name. The campaign has events of its own. */
  campaign: z.string().optional(),
});

const priceCampaign = identified.extend({
  team: z.string(),
  campaign: z.string(),
  products: z.number(),
  requestedBy: z.string().optional(),
  reason: z.string().optional(),
  /** Object key of the campaign's plan in the bucket's audit. */
  planKey: z.string().optional(),
  /** The plan over all products, in sentences. */
  plan: z.string().optional(),
});

const planCounts = {
  planSha256: z.string().optional(),
  startDate: z.string().optional(),
  /** Write requests to Apple. */
  requests: z.number().optional(),
  territoriesChanged: z.number().optional(),
  territoriesUnchanged: z.number().optional(),
};

const closing = { by: z.string(), note: z.string().optional() };

/**
 * The detail of every event that this product publishes on the stack's bus, by detail type. To add an event, add
 * its line here: the ledgers, the publisher, the notifier and docs/events.md read the types from this table. The
 * names and fields are a contract with consumers; add fields, never rename or remove one.
 */
export const publishedEvents = {
  /** The first version of a report is stored. */
  'Report Stored': storedReport,
  /** Apple changed a report that was stored before. The table holds the new version, both raw files are kept. */
  'Report Restated': storedReport.extend({ previousSha256: z.string() }),
  /** Apple reports no sales for this date, and that is final. */
  'Report Empty': partition.extend({
    rows: z.literal(0),
    /** What speaks against it, such as rows on nearly every day before. Absent: nothing does. */
    doubt: z.string().optional(),
  }),
  /** A report is neither stored nor known to be empty, although it should be by now. */
  'Report Overdue': partition.extend({ state: z.string(), lastAnswer: z.string().optional() }),
  /** Apple sent columns that this version does not know: in the Parquet file, in Glue within the hour. */
  'Report Columns Added': partition.extend({ columns: z.array(z.string()) }),
  /** Apple takes or serves another version of a report than `asked`; `version` is asked for from now on. */
  'Report Version Changed': identified.extend({
    team: z.string(),
    report: z.string(),
    asked: z.string(),
    version: z.string(),
  }),
  /** Apple had stopped the analytics request of an app, or it had vanished; a new request was made. */
  'Analytics Request Restarted': identified.extend({
    team: z.string(),
    app: z.string(),
    accessType: z.string(),
    stoppedRequestId: z.string(),
    requestId: z.string(),
  }),
  /**
   * A customer wrote a review, or edited one. Which stars become events: setting `reviews`. The texts are a stranger's, on
   * one line and without control characters: escape them for whatever shows them.
   */
  'Review Received': partition.extend({
    app: z.string(),
    reviewId: z.string(),
    /** Whether the review was known in another form. */
    edited: z.boolean(),
    /** 1, and one more each time that the review or its answer was seen changed. */
    version: z.number(),
    /** 1 to 5. */
    rating: z.number(),
    title: z.string(),
    body: z.string(),
    reviewerNickname: z.string(),
    /** Three letters. */
    territory: z.string().optional(),
    createdDate: z.string(),
    /** Whether the developer has answered. */
    answered: z.boolean(),
    tableKey: z.string(),
    /** Whether people are told by mail: setting `reviews.mail`, ten of one look at most. */
    mail: z.boolean(),
    /** On the last one that is mailed: how many more there are of this look. */
    notMailed: z.number().optional(),
  }),
  /** A plan waits for `Price Change Approved` with its `planSha256`. */
  'Price Change Planned': priceChange.extend({
    ...planCounts,
    planSha256: z.string(),
    /** How large an effect would show after 28 days; absent where the reports could not be read in time. */
    effectPreview: effectPreviewSchema.optional(),
  }),
  /** Apple shows every requested price that is not over by now. */
  'Price Change Applied': priceChange.extend(planCounts),
  /** Nothing was sent to Apple. A request that was refused on acceptance may lack team, change and product. */
  'Price Change Rejected': priceChange.partial({ team: true, changeId: true, product: true }).extend({
    problems,
    /** The key of the file in the bucket, where the request was one, or a file of desired prices. */
    file: z.string().optional(),
  }),
  /** Apple refused a request, or an approval did not come in time. `tookEffect` lists the territories whose new price Apple has taken. */
  'Price Change Failed': priceChange.extend({ problems, tookEffect: z.array(z.string()).optional() }),
  /** What Apple shows could not be brought in line with the request; `problems` lists the reasons. */
  'Price Change Unsettled': priceChange.extend({ problems }),
  /** The approver said no to a plan that waited. `by` says who, `note` why. */
  'Price Change Declined': priceChange.extend(closing),
  /** The requester took the change back before anything was sent, or what was left of it. */
  'Price Change Withdrawn': priceChange.extend(closing),
  /** A campaign waits for one approval of all its products: `Price Change Approved` with `campaign` and this `planSha256`. */
  'Price Campaign Planned': priceCampaign.extend({
    planSha256: z.string(),
    /** Write requests to Apple, over all products. */
    requests: z.number(),
    territoriesChanged: z.number(),
    /** Which product and limit ask for the approval. */
    approval: problems,
  }),
  /** A campaign is over. A request that was refused on acceptance may lack team and campaign. */
  'Price Campaign Ended': priceCampaign.partial({ team: true, campaign: true, products: true }).extend({
    state: z.enum(['applied', 'partlyApplied', 'failed', 'rejected', 'declined', 'withdrawn', 'expired']),
    outcome: z.string(),
    problems,
    /** At most 100: the change of each product, and how it ended. */
    members: z
      .array(z.object({ changeId: z.string(), product: eventProductSchema, state: z.string() }))
      .optional(),
  }),
  /** The temporary prices of a campaign's subscriptions were taken back, or `outcome` says why one stays. */
  'Price Campaign Returned': priceCampaign.extend({ outcome: z.string() }),
  /** Prices at Apple differ from the desired prices in `file`. */
  'Price Drift Detected': identified.extend({
    team: z.string(),
    product: eventProductSchema,
    file: z.string(),
    /** At most 200. Prices are decimal text in the territory's currency. */
    territories: z.array(
      z.object({
        territory: z.string(),
        currency: z.string().nullable().optional(),
        present: z.string().nullable(),
        desired: z.string(),
        /** Where the file states the price, or may state it, in another currency than Apple sells in: it is not applied. */
        desiredCurrency: z.string().optional(),
      }),
    ),
  }),
  /**
   * Prices, proceeds or territories at Apple are others than when they were last read, and no change of ours asked for it.
   * At most one per team and day. Settings: `prices.watch`.
   */
  'Apple Changed Prices': identified.extend({
    team: z.string(),
    /** Pacific days of the reading, and of the one that it was compared with. */
    day: z.string(),
    since: z.string(),
    /** Products with at least one change. */
    products: z.number(),
    /** At most 200, those that concern most products first. */
    changes: z.array(priceMove),
    /** Changes that are left out of `changes`. */
    omitted: z.number().optional(),
    /** Products that could not be read on this day. */
    unread: z.number().optional(),
    /** Object key of the day in the table `price_list_daily`. */
    tableKey: z.string(),
  }),
  /** A look at what a price change did, 7, 28 or 56 days after it. `words` are sentences for people. */
  'Price Effect Measured': priceEffectMeasured,
} as const;

export type PublishedDetailType = keyof typeof publishedEvents;
export type EventDetail<Type extends PublishedDetailType> = z.output<(typeof publishedEvents)[Type]>;
