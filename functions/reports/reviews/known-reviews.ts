import * as z from 'zod';
import type { CustomerReview } from '../../app-store-connect/resources/customer-reviews.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { SECOND_MILLIS } from '../../platform/util/time.ts';

/** What is kept of a review to see that it has changed: short hashes, and how many versions there were. */
type KnownReview = { content: string; response: string; version: number };

/** How far back the reviews of an app are known. */
export type Reach = {
  /** Whether the walk has once come to the oldest review. */
  complete: boolean;
  /** Apple's own link to the page at which a walk stopped, where it is not complete: path and query. */
  resume?: { path: string; query: Record<string, string | string[]> } | undefined;
};

export type KnownReviews = {
  /** When the app was first looked at. What is older is history and no news. */
  since: EpochMillis;
  reach: Reach;
  reviews: Map<string, KnownReview>;
};

export const CHANGES = ['new', 'edited', 'response'] as const;
/** `new`: never seen. `edited`: the customer changed stars or text. `response`: the developer's answer came, changed or went. */
export type ReviewChange = (typeof CHANGES)[number];

/** A review that is not known in this form. */
export type FoundReview = { review: CustomerReview; change: ReviewChange; version: number };

/** Twelve hex digits tell versions of one review apart; nobody gains by making two texts of his own collide. */
const HASH_DIGITS = 12;
const hashOf = (values: readonly unknown[]): string =>
  sha256Hex(JSON.stringify(values)).slice(0, HASH_DIGITS);

/** Before the first look. Apple's dates have whole seconds, so that the moment of the look has them, too. */
export const nothingKnown = (now: EpochMillis): KnownReviews => ({
  since: Math.floor(now / SECOND_MILLIS) * SECOND_MILLIS,
  reach: { complete: false },
  reviews: new Map(),
});

/** The hash of what the customer wrote. */
export const contentHash = ({
  rating,
  title,
  body,
  reviewerNickname,
  createdDate,
  territory,
}: CustomerReview): string =>
  hashOf([rating, title, body, reviewerNickname, Date.parse(createdDate), territory ?? null]);

const responseHash = ({ response }: CustomerReview): string =>
  response === undefined ? '' : hashOf([response.responseBody, response.state ?? null]);

/** Compares a review with what is known of it, and notes it. `undefined`: nothing about it has changed. */
export function noteReview({ reviews }: KnownReviews, review: CustomerReview): FoundReview | undefined {
  const before = reviews.get(review.id);
  const now = { content: contentHash(review), response: responseHash(review) };
  // mutation: review-unchanged
  if (before !== undefined && before.content === now.content && before.response === now.response)
    return undefined;
  const version = (before?.version ?? 0) + 1;
  reviews.set(review.id, { ...now, version });
  const change = before === undefined ? 'new' : before.content === now.content ? 'response' : 'edited';
  return { review, change, version };
}

const reachSchema = z.object({
  complete: z.boolean(),
  resume: z
    .object({ path: z.string(), query: z.record(z.string(), z.union([z.string(), z.array(z.string())])) })
    .optional(),
});

const fileSchema = z.object({
  version: z.literal(1),
  since: z.number(),
  reach: reachSchema,
  /** id → [hash of the content, hash of the response, versions] */
  reviews: z.record(z.string(), z.tuple([z.string(), z.string(), z.number()])),
});

/** The text of the file; the same for the same knowledge. */
export const writeKnown = ({ since, reach, reviews }: KnownReviews): string =>
  JSON.stringify({
    version: 1,
    since,
    reach,
    reviews: Object.fromEntries(
      [...reviews]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([id, { content, response, version }]) => [id, [content, response, version]]),
    ),
  });

/** @throws ZodError and SyntaxError for what {@link writeKnown} never writes */
export function readKnown(text: string): KnownReviews {
  const { since, reach, reviews } = fileSchema.parse(JSON.parse(text));
  return {
    since,
    reach,
    reviews: new Map(
      Object.entries(reviews).map(([id, [content, response, version]]) => [
        id,
        { content, response, version },
      ]),
    ),
  };
}
