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
  pages: number;
  /** Whether older reviews were left out because there are too many. */
  cut: boolean;
  /** What Apple lists without a gap, from the newest review down; absent where the walk was cut short. */
  listed?: Listed | undefined;
};

/** Every review that Apple lists with a date after `downTo` (-Infinity: every review of the app). */
export type Listed = { ids: ReadonlySet<string>; downTo: EpochMillis };

/**
 * Walks the reviews of an app, newest first, until it meets what is known. A walk that has no time left notes where it
 * stopped, and the next one goes on from there after it has looked at the newest.
 *
 * @param known changed: what was read is noted in it
 * @throws what `read` throws; `known` is of no use then
 */
export async function walkReviews(known: KnownReviews, options: WalkOptions): Promise<Walk> {
  const walk: Walk = { found: [], pages: 0, cut: false };
  const listed = { ids: new Set<string>(), downTo: Infinity };
  const { resume, complete } = known.reach;
  const walksAll = !complete && resume === undefined;
  const top = await goDown(known, options, walk, options.first, ({ reviews }, last) => {
    for (const { id, createdDate } of reviews) {
      listed.ids.add(id);
      listed.downTo = Math.min(listed.downTo, Date.parse(createdDate));
    }
    // mutation: walk-until-known
    return !walksAll && last === 'known' && isOlder(reviews, options.deepUntil);
  });
  if (complete && (top === 'known' || top === 'oldest'))
    walk.listed = top === 'oldest' && !walk.cut ? { ...listed, downTo: -Infinity } : listed;
  if (top !== 'known') known.reach = reachOf(top);
  if (top !== 'known' || resume === undefined) return walk;
  try {
    known.reach = reachOf(await goDown(known, options, walk, resume, () => false));
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

/** How the oldest review of a page was found: where it is known as it is, those below it are, too. */
type Last = 'known' | 'changed' | 'new';

async function goDown(
  known: KnownReviews,
  { read, mostPages, mostReviews, isTimeUp }: WalkOptions,
  walk: Walk,
  from: ApiRead,
  isEnough: (page: ReviewPage, last: Last) => boolean,
): Promise<End> {
  let request: ApiRead = from;
  for (;;) {
    // At least one page: else a walk that never has time would stay where it is.
    if (walk.pages > 0 && (walk.pages >= mostPages || isTimeUp())) return request;
    const page = await read(request);
    walk.pages += 1;
    const last = notePage(known, walk, page);
    if (isEnough(page, last)) return 'known';
    if (page.next === undefined) return 'oldest';
    if (last === 'new' && known.reviews.size >= mostReviews && isOlder(page.reviews, known.since)) {
      walk.cut = true;
      return 'oldest';
    }
    request = page.next;
  }
}

function notePage(known: KnownReviews, walk: Walk, { reviews }: ReviewPage): Last {
  let last: Last = 'known';
  for (const review of reviews) {
    const found = noteReview(known, review);
    last = found === undefined ? 'known' : found.change === 'new' ? 'new' : 'changed';
    if (found !== undefined) walk.found.push(found);
  }
  return last;
}

/** Pages are sorted by date: the last review of a page is its oldest. */
const isOlder = (reviews: readonly { createdDate: string }[], moment: EpochMillis): boolean =>
  Date.parse(reviews.at(-1)?.createdDate ?? '') < moment;

const isGoneLink = (error: unknown): boolean =>
  error instanceof AppStoreConnectError && (error.code === 'INVALID_REQUEST' || error.code === 'NOT_FOUND');
