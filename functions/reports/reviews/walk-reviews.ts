import type { ApiRead } from '../../app-store-connect/protocol/api-request.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { ReviewPage } from '../../app-store-connect/resources/customer-reviews.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { type FoundReview, type KnownReviews, noteReview, type Reach } from './known-reviews.ts';

export type WalkOptions = {
  read: (request: ApiRead) => Promise<ReviewPage>;
  /** The newest page. */
  first: ApiRead;
  /** Known reviews that are younger than this are read again, as Apple leaves an edited or answered one where it was. */
  deepUntil: EpochMillis;
  mostPages: number;
  /** Older reviews are left out once so many are known. */
  mostReviews: number;
  isTimeUp: () => boolean;
};

export type Walk = {
  /** New and changed reviews, in the order in which they were met: newest first. */
  found: FoundReview[];
  /** Ids of found reviews that are history: met on the first way down, and older than the first look. */
  history: ReadonlySet<string>;
  pages: number;
  /** Whether older reviews were left out because there are too many. */
  cut: boolean;
};

/**
 * Walks the reviews of an app, newest first, until it meets what is known. A walk that has no time left notes where it
 * stopped, and the next one goes on from there after it has looked at the newest.
 *
 * @param known changed: what was read is noted in it
 * @throws what `read` throws; `known` is of no use then
 */
export async function walkReviews(known: KnownReviews, options: WalkOptions): Promise<Walk> {
  const walk = { found: [] as FoundReview[], history: new Set<string>(), pages: 0, cut: false };
  const { resume, complete } = known.reach;
  const walksAll = !complete && resume === undefined;
  const top = await goDown(known, options, walk, options.first, {
    isHistory: walksAll,
    // mutation: walk-until-known
    isEnough: (page, unchanged) => !walksAll && unchanged && isOlder(page, options.deepUntil),
  });
  known.reach = top === 'known' ? known.reach : reachOf(top);
  if (top !== 'known' || resume === undefined) return walk;
  try {
    const rest = await goDown(known, options, walk, resume, { isHistory: true, isEnough: () => false });
    known.reach = reachOf(rest);
  } catch (error) {
    // A link of Apple's is not promised to last: the whole way is walked again.
    if (!isGoneLink(error)) throw error;
    known.reach = { complete: false };
  }
  return walk;
}

/** Where a way down ended: at reviews that are known, at the oldest one, or at the page that is to be read next. */
type End = 'known' | 'oldest' | ApiRead;

const reachOf = (end: End): Reach =>
  end === 'oldest' || end === 'known'
    ? { complete: true }
    : { complete: false, resume: { path: end.path, query: copyOf(end.query ?? {}) } };

const copyOf = (query: NonNullable<ApiRead['query']>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

async function goDown(
  known: KnownReviews,
  { read, mostPages, mostReviews, isTimeUp }: WalkOptions,
  walk: { found: FoundReview[]; history: Set<string>; pages: number; cut: boolean },
  from: ApiRead,
  rules: { isHistory: boolean; isEnough: (page: ReviewPage, unchanged: boolean) => boolean },
): Promise<End> {
  let request: ApiRead = from;
  for (;;) {
    // At least one page: else a walk that never has time would stay where it is.
    if (walk.pages > 0 && (walk.pages >= mostPages || isTimeUp())) return request;
    const page = await read(request);
    walk.pages += 1;
    const unchanged = notePage(known, walk, page, rules.isHistory);
    if (rules.isEnough(page, unchanged)) return 'known';
    if (page.next === undefined) return 'oldest';
    if (rules.isHistory && known.reviews.size >= mostReviews) {
      walk.cut = true;
      return 'oldest';
    }
    request = page.next;
  }
}

/** @returns whether the oldest review of the page was known as it is: then those below it are, too */
function notePage(
  known: KnownReviews,
  walk: { found: FoundReview[]; history: Set<string> },
  { reviews }: ReviewPage,
  isHistory: boolean,
): boolean {
  let unchanged = true;
  for (const review of reviews) {
    const found = noteReview(known, review);
    unchanged = found === undefined;
    if (found === undefined) continue;
    walk.found.push(found);
    if (isHistory && Date.parse(review.createdDate) < known.since) walk.history.add(review.id);
  }
  return unchanged;
}

/** Pages are sorted by date: the last review of a page is its oldest. */
const isOlder = ({ reviews }: ReviewPage, moment: EpochMillis): boolean =>
  Date.parse(reviews.at(-1)?.createdDate ?? '') < moment;

const isGoneLink = (error: unknown): boolean =>
  error instanceof AppStoreConnectError && (error.code === 'INVALID_REQUEST' || error.code === 'NOT_FOUND');
