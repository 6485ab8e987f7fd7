import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { oneLine } from '../../platform/util/tidy-text.ts';
import { today } from '../analytics/names/processing-date.ts';
import { CHANGES, type FoundReview, GONE, type GoneReview } from './known-reviews.ts';
import { REVIEW_COLUMNS } from './names/review-columns.ts';

/** Apple's resources are read once more as they lie in the file: leniently, as they were checked when they came. */
const lineSchema = z.object({
  seenAt: z.string(),
  version: z.number(),
  change: z.enum(CHANGES),
  review: z.object({
    id: z.string(),
    attributes: z.object({
      rating: z.number(),
      title: z.string().nullish(),
      body: z.string().nullish(),
      reviewerNickname: z.string().nullish(),
      createdDate: z.string(),
      territory: z.string().nullish(),
    }),
  }),
  response: z
    .object({
      id: z.string(),
      attributes: z.object({
        responseBody: z.string().nullish(),
        state: z.string().nullish(),
        lastModifiedDate: z.string().nullish(),
      }),
    })
    .optional(),
});

/** A review that is gone: Apple gives nothing of it any more, so that the line has its id and, where it is known, its date. */
const goneSchema = z.object({
  seenAt: z.string(),
  version: z.number(),
  change: z.literal(GONE),
  review: z.object({ id: z.string() }),
  createdDate: z.string().optional(),
});

/** A line of the raw file: when this version was first seen, and Apple's own resources. */
export const rawLine = (one: FoundReview | GoneReview, seenAt: string): string =>
  `${JSON.stringify({ seenAt, version: one.version, change: one.change, ...sourceOf(one) })}\n`;

const sourceOf = (one: FoundReview | GoneReview): object => {
  if (one.change !== GONE) return one.review.source;
  const { id, createdAt } = one;
  return {
    review: { type: 'customerReviews', id },
    ...(createdAt !== undefined && { createdDate: new Date(createdAt).toISOString() }),
  };
};

const inUtc = (date: string | null | undefined): string =>
  date === null || date === undefined ? '' : new Date(date).toISOString();

/** The cells of a line of the raw file, in the order of {@link REVIEW_COLUMNS}. Throws ZodError and SyntaxError. */
export function tableCells(line: string): string[] {
  const read: unknown = JSON.parse(line);
  const gone = goneSchema.safeParse(read);
  if (gone.success) return goneCells(gone.data);
  const { seenAt, version, change, review, response } = lineSchema.parse(read);
  const { rating, title, body, reviewerNickname, createdDate, territory } = review.attributes;
  return inOrder({
    review_id: review.id,
    version: String(version),
    change,
    seen_at: seenAt,
    created_at: inUtc(createdDate),
    created_day: today(Date.parse(createdDate)),
    rating: String(rating),
    title,
    body,
    reviewer_nickname: reviewerNickname,
    territory,
    response_id: response?.id,
    response_state: response?.attributes.state,
    response_body: response?.attributes.responseBody,
    response_modified_at: inUtc(response?.attributes.lastModifiedDate),
  });
}

const goneCells = ({ seenAt, version, change, review, createdDate }: z.output<typeof goneSchema>): string[] =>
  inOrder({
    review_id: review.id,
    version: String(version),
    change,
    seen_at: seenAt,
    created_at: createdDate,
    created_day: createdDate === undefined ? '' : today(Date.parse(createdDate)),
  });

const inOrder = (cells: Readonly<Record<string, string | null | undefined>>): string[] =>
  REVIEW_COLUMNS.map(({ name }) => oneLine(cells[name] ?? ''));

/**
 * Writes a raw file as the tab-separated text that the converter takes, so that reviews become a table in the way of
 * every report.
 */
export async function writeTabSeparated(rawGzipPath: string, path: string): Promise<void> {
  const raw = gunzipSync(await readFile(rawGzipPath));
  function* rows(): Generator<string> {
    yield `${REVIEW_COLUMNS.map(({ header }) => header).join('\t')}\n`;
    for (const line of linesOf(raw)) yield `${tableCells(line).join('\t')}\n`;
  }
  await pipeline(rows, createGzip({ level: 1 }), createWriteStream(path));
}

const LINE_FEED = 0x0a;

/** By line feeds alone: other readers of lines also end one at U+2028, which JSON leaves as it is. */
function* linesOf(text: Buffer): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(LINE_FEED, start);
    const end = found < 0 ? text.length : found;
    yield text.toString('utf8', start, end);
    start = end + 1;
  }
}
