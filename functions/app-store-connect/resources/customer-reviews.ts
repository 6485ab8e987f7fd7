import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPage } from '../client/pages.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { readResponseJson } from '../protocol/response-json.ts';

/** A customer's review, as Apple has it now. Every text is a stranger's: nothing in it may be trusted. */
export type CustomerReview = {
  id: string;
  /** 1 to 5. */
  rating: number;
  title: string;
  body: string;
  reviewerNickname: string;
  /** ISO 8601 with an offset, as Apple writes it. */
  createdDate: string;
  /** Three letters; absent where Apple gives none. */
  territory?: string | undefined;
  /** What the developer answered. */
  response?: ReviewResponse | undefined;
  /** Both resources as Apple sent them, with the fields that this version does not know. */
  source: { review: unknown; response?: unknown };
};

export type ReviewResponse = {
  id: string;
  responseBody: string;
  /** PUBLISHED or PENDING_PUBLISH. */
  state?: string | undefined;
  lastModifiedDate?: string | undefined;
};

export type ReviewPage = { reviews: CustomerReview[]; next: ApiRead | undefined };

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const reviewSchema = z.object({
  type: z.literal('customerReviews'),
  id: z.string().min(1).max(200),
  attributes: z.object({
    rating: z.number().int().min(1).max(5),
    title: text,
    body: text,
    reviewerNickname: text,
    createdDate: z.iso.datetime({ offset: true }),
    territory: z.string().max(10).nullish(),
  }),
  relationships: z
    .object({ response: z.object({ data: z.object({ id: z.string() }).nullish() }).optional() })
    .optional(),
});

const responseSchema = z.object({
  type: z.literal('customerReviewResponses'),
  id: z.string().min(1).max(200),
  attributes: z.object({
    responseBody: text,
    state: z.string().max(50).nullish(),
    lastModifiedDate: z.iso.datetime({ offset: true }).nullish(),
  }),
});

/** The resources stay beside what is read of them, so that the raw file has every field. */
const withSource = <Schema extends z.ZodType>(schema: Schema) =>
  z.unknown().transform((source, context) => {
    const parsed = schema.safeParse(source);
    if (parsed.success) return { source, value: parsed.data };
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

const typeSchema = z.object({ type: z.string() });
const anyResponse = withSource(responseSchema);

/** Other resources that Apple may include are ignored; a response in another form must not pass for "no response". */
const includedSchema = z
  .unknown()
  .refine((source) => typeSchema.safeParse(source).data?.type !== 'customerReviewResponses')
  .transform(() => undefined)
  .or(anyResponse);

const pageSchema = z.object({
  data: z.array(withSource(reviewSchema)),
  included: z.array(includedSchema).default([]),
});

type Sourced<Value> = { source: unknown; value: Value };
type Responses = ReadonlyMap<string, Sourced<z.output<typeof responseSchema>>>;

/** The most that Apple gives a page. */
const PAGE_SIZE = '200';

/** The newest reviews of an app, with the developer's answers. */
export const newestReviews = (app: string): ApiRead => ({
  path: `/v1/apps/${encodeURIComponent(app)}/customerReviews`,
  query: { include: 'response', limit: PAGE_SIZE, sort: '-createdDate' },
});

/**
 * GET /v1/apps/{id}/customerReviews, one page.
 *
 * @param request {@link newestReviews}, or `next` of a page before
 * @throws AppStoreConnectError; `UNEXPECTED_ANSWER` for a review of another form
 */
export async function readReviewPage(
  client: Pick<AppStoreConnectClient, 'read' | 'baseUrl'>,
  request: ApiRead,
): Promise<ReviewPage> {
  const { page, next } = await readPage(client, request, pageSchema);
  const responses = new Map(
    page.included.flatMap((response) =>
      response === undefined ? [] : [[response.value.id, response] as const],
    ),
  );
  return { reviews: page.data.map((review) => reviewOf(review, responses)), next };
}

/** An id that can stand in a path as it is. Apple's are letters, digits and hyphens; `..` would be another path. */
const ASKABLE = /^[\w-][\w.=-]*$/;

/**
 * GET /v1/customerReviews/{id}: whether Apple still has a review.
 *
 * @returns also `true` for an id in a form that cannot be asked for
 * @throws AppStoreConnectError for every answer but the review and Apple's own 404
 */
export async function reviewExists(
  client: Pick<AppStoreConnectClient, 'read'>,
  id: string,
): Promise<boolean> {
  if (!ASKABLE.test(id)) return true;
  try {
    await client.read({ path: `/v1/customerReviews/${id}` }, readResponseJson);
    return true;
  } catch (error) {
    // Errors in Apple's own form: another server on the way also says 404.
    const isApples = error instanceof AppStoreConnectError && error.errors.length > 0;
    if (isApples && (error.code === 'NOT_FOUND' || error.code === 'GONE')) return false;
    throw error;
  }
}

function reviewOf(
  { value, source }: Sourced<z.output<typeof reviewSchema>>,
  responses: Responses,
): CustomerReview {
  const { id, attributes, relationships } = value;
  const response = responses.get(relationships?.response?.data?.id ?? '');
  return {
    id,
    ...attributes,
    territory: attributes.territory ?? undefined,
    response: response && {
      id: response.value.id,
      responseBody: response.value.attributes.responseBody,
      state: response.value.attributes.state ?? undefined,
      lastModifiedDate: response.value.attributes.lastModifiedDate ?? undefined,
    },
    source: { review: source, ...(response !== undefined && { response: response.source }) },
  };
}
