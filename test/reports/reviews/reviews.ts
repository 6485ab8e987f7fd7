import type { ApiRead } from '../../../functions/app-store-connect/protocol/api-request.ts';
import type {
  CustomerReview,
  ReviewPage,
} from '../../../functions/app-store-connect/resources/customer-reviews.ts';

export const DAY = 24 * 3_600_000;
/** A Tuesday, 9 o'clock in California. */
export const NOW = Date.parse('2026-11-24T17:00:00Z');

/** A review as the resource gives it. @param daysAgo how long before {@link NOW} it was written */
export function review(id: string, daysAgo: number, more: Partial<CustomerReview> = {}): CustomerReview {
  const createdDate = new Date(NOW - daysAgo * DAY).toISOString();
  const known = {
    rating: 4,
    title: `Title ${id}`,
    body: `Body ${id}`,
    reviewerNickname: 'ada',
    territory: 'USA',
  };
  const { response, ...attributes } = { ...known, createdDate, ...more };
  return {
    id,
    ...attributes,
    ...(response !== undefined && { response }),
    source: {
      review: { type: 'customerReviews', id, attributes },
      ...(response !== undefined && {
        response: { type: 'customerReviewResponses', id: response.id, attributes: response },
      }),
    },
  };
}

/** A list of reviews in pages, newest first, and what was asked of it. */
export function listOf(reviews: readonly CustomerReview[], size: number) {
  const asked: string[] = [];
  const sorted = reviews.toSorted(
    (one, other) => Date.parse(other.createdDate) - Date.parse(one.createdDate),
  );
  const at = (offset: number): ApiRead => ({ path: '/reviews', query: { cursor: String(offset) } });
  return {
    asked,
    first: at(0),
    read: (request: ApiRead): Promise<ReviewPage> => {
      const cursor = String(request.query?.['cursor']);
      asked.push(cursor);
      const offset = Number(cursor);
      const next = offset + size < sorted.length ? at(offset + size) : undefined;
      return Promise.resolve({ reviews: sorted.slice(offset, offset + size), next });
    },
  };
}
