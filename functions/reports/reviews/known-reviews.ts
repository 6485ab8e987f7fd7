import * as z from 'zod';
import type { CustomerReview } from '../../app-store-connect/resources/customer-reviews.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { SECOND_MILLIS } from '../../platform/util/time.ts';

/** What is kept of a review to see that it has changed or gone: short hashes, and how many versions there were. */
type KnownReview = {
  content: string;
  response: string;
  version: number;
  /** Apple's date of the review; absent in files of earlier versions until the review is read again. */
  createdAt?: EpochMillis | undefined;
  /** Apple does not have it any more. */
  gone?: true | undefined;
};

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

/**
 * `new`: never seen. `edited`: the customer changed stars or text. `response`: the developer's answer came, changed or went.
 * `back`: it was gone, and Apple lists it as it was.
 */
export const CHANGES = ['new', 'edited', 'response', 'back'] as const;
/** A version without a text: the author deleted the review or Apple removed it, and Apple does not say which. */
export const GONE = 'gone';

/** A review that is not known in this form. */
export type FoundReview = { review: CustomerReview; change: (typeof CHANGES)[number]; version: number };
/** A known review that Apple does not have any more. `createdAt`: Apple's date of it, as far as it is known. */
export type GoneReview = {
  id: string;
  change: typeof GONE;
  version: number;
  createdAt?: EpochMillis | undefined;
};

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
  const now = {
    content: contentHash(review),
    response: responseHash(review),
    createdAt: Date.parse(review.createdDate),
  };
  const version = (before?.version ?? 0) + 1;
  // mutation: review-unchanged
  if (before !== undefined && isSame(before, now)) {
    before.createdAt = now.createdAt;
    return undefined;
  }
  reviews.set(review.id, { ...now, version });
  return { review, change: changeOf(before, now), version };
}

const isSame = (before: KnownReview, now: Pick<KnownReview, 'content' | 'response'>): boolean =>
  before.content === now.content && before.response === now.response && before.gone === undefined;

function changeOf(
  before: KnownReview | undefined,
  { content }: Pick<KnownReview, 'content'>,
): FoundReview['change'] {
  if (before === undefined) return 'new';
  if (before.content !== content) return 'edited';
  return before.gone === true ? 'back' : 'response';
}

/** Notes that Apple does not have a known review any more. */
export function noteGone({ reviews }: KnownReviews, id: string): GoneReview {
  const before = reviews.get(id);
  const version = (before?.version ?? 0) + 1;
  const { content = '', response = '', createdAt } = before ?? {};
  reviews.set(id, { content, response, version, createdAt, gone: true });
  return { id, change: GONE, version, createdAt };
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
  /** id → [hash of the content, hash of the response, versions, Apple's date, "gone"]; earlier versions wrote the first three. */
  reviews: z.record(
    z.string(),
    z.tuple([
      z.string(),
      z.string(),
      z.number(),
      z.number().nullable().optional(),
      z.literal(GONE).optional(),
    ]),
  ),
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
        .map(([id, { content, response, version, createdAt = null, gone }]) => [
          id,
          [content, response, version, createdAt, ...(gone === true ? [GONE] : [])],
        ]),
    ),
  });

/** @throws ZodError and SyntaxError for what {@link writeKnown} never writes */
export function readKnown(text: string): KnownReviews {
  const { since, reach, reviews } = fileSchema.parse(JSON.parse(text));
  return {
    since,
    reach,
    reviews: new Map(
      Object.entries(reviews).map(([id, [content, response, version, createdAt, gone]]) => [
        id,
        {
          content,
          response,
          version,
          createdAt: createdAt ?? undefined,
          ...(gone !== undefined && { gone: true as const }),
        },
      ]),
    ),
  };
}
