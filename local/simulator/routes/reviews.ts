import type { Role } from '../auth/accounts.ts';
import type { PriceStore } from '../prices/price-store.ts';
import type { Review, ReviewAnswer, ReviewStore } from '../reports/review-store.ts';
import { notFound } from '../rules/apple-error.ts';
import type { Call, Route } from '../server/route.ts';
import { hasApp } from './apps.ts';
import {
  linked,
  listResponse,
  originOf,
  type Rendered,
  type Resource,
  singleResponse,
} from './json-api/documents.ts';
import { type ReadQuery, readQuery } from './json-api/query.ts';

/**
 * Who may read reviews. Apple's help gives it to everybody with access to the app; that Finance and Sales are refused
 * is the less forgiving reading, as of apps. A key with the role Customer Support reads them:
 * developer.apple.com/forums/thread/770673.
 */
const reviewReaders: readonly Role[] = ['ADMIN', 'APP_MANAGER', 'DEVELOPER', 'MARKETING', 'CUSTOMER_SUPPORT'];

const SORT = ['rating', 'createdDate'] as const;

/** Apple's pages "List All Customer Reviews for an App" and "Read Customer Review Information". */
export const reviewRoutes = (store: ReviewStore, prices: PriceStore): Route[] => [
  {
    method: 'GET',
    path: '/v1/apps/{id}/customerReviews',
    roles: reviewReaders,
    individualKeys: true,
    handle: (call) => {
      const query = readQuery(call, {
        filters: ['rating', 'territory'],
        sort: SORT,
        fields: ['customerReviews', 'customerReviewResponses'],
        include: ['response'],
        maxLimit: 200,
        notPlayed: {
          parameters: ['filter[reviewTerritory]', 'exists[publishedResponse]', 'fields[territories]'],
          include: ['reviewTerritory'],
        },
      });
      const app = call.pathParameters['id'] ?? '';
      if (!hasApp(call.key.team, prices, app))
        throw notFound(`There is no resource of type 'apps' with id '${app}'`);
      return listResponse(call, query, found(query, store.listed(app, call.now)), (review) =>
        render(call, query, review),
      );
    },
  },
  {
    method: 'GET',
    path: '/v1/customerReviews/{id}',
    roles: reviewReaders,
    individualKeys: true,
    handle: (call) => {
      const query = readQuery(call, {
        fields: ['customerReviews', 'customerReviewResponses'],
        include: ['response'],
        notPlayed: { parameters: ['fields[territories]'], include: ['reviewTerritory'] },
      });
      const id = call.pathParameters['id'] ?? '';
      const review = store.find(id, call.now);
      if (review === undefined || !hasApp(call.key.team, prices, review.app))
        throw notFound(`There is no resource of type 'customerReviews' with id '${id}'`);
      return singleResponse(call, query, render(call, query, review));
    },
  },
];

function found(query: ReadQuery, reviews: readonly Review[]): Review[] {
  const [rating, territory] = [query.filter('rating'), query.filter('territory')];
  const { name = 'createdDate', descending = true } = query.sort[0] ?? {};
  const keyOf = (one: Review): number => (name === 'rating' ? one.rating : one.createdAt);
  return reviews
    .filter((one) => rating?.includes(String(one.rating)) ?? true)
    .filter((one) => territory?.includes(one.territory) ?? true)
    .toSorted((one, other) => {
      const rising = keyOf(one) - keyOf(other) || (one.id < other.id ? -1 : 1);
      return descending ? -rising : rising;
    });
}

function render(call: Call, query: ReadQuery, review: Review): Rendered {
  const self = `${originOf(call)}/v1/customerReviews/${review.id}`;
  const { response } = review;
  const includes = query.includes('response');
  const resource: Resource = {
    type: 'customerReviews',
    id: review.id,
    attributes: {
      rating: review.rating,
      title: review.title,
      body: review.body,
      reviewerNickname: review.reviewerNickname,
      createdDate: appleTime(review.createdAt),
      territory: review.territory,
    },
    relationships: {
      response: {
        ...linked(self, 'response'),
        ...(includes && response && { data: { type: 'customerReviewResponses', id: response.id } }),
      },
    },
    links: { self },
  };
  return { resource, included: includes && response ? [answerResource(call, response)] : [] };
}

const answerResource = (call: Call, { id, responseBody, lastModifiedAt, state }: ReviewAnswer): Resource => ({
  type: 'customerReviewResponses',
  id,
  attributes: { responseBody, lastModifiedDate: appleTime(lastModifiedAt), state },
  links: { self: `${originOf(call)}/v1/customerReviewResponses/${id}` },
});

/** Apple writes moments with an offset: `2026-11-23T10:15:00-08:00`. Pacific winter time all year, as nobody may rely on it. */
const appleTime = (moment: number): string =>
  `${new Date(moment - 8 * 3_600_000).toISOString().slice(0, 19)}-08:00`;
