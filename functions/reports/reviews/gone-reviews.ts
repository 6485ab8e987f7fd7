import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { type GoneReview, type KnownReviews, noteGone } from './known-reviews.ts';
import type { Listed } from './walk-reviews.ts';

/** One look asks for so many missing reviews at most; the next day's first look asks for others. */
const MOST_ASKED = 100;

/**
 * Finds the known reviews that Apple does not have any more.
 *
 * A review that is missing in the list alone proves nothing: pages move while they are read, and Apple's lists lag. So Apple is
 * asked for each missing review by its id, and only a definite "not found" counts. Where Apple does not answer that question,
 * the look goes on without it.
 *
 * @param known changed: what is gone is noted in it
 * @param listed what a walk without a gap has met
 * @throws what `stillExists` throws where Apple refuses the key
 */
export async function goneReviews(
  known: KnownReviews,
  listed: Listed,
  {
    stillExists,
    isTimeUp,
    day,
  }: { stillExists: (id: string) => Promise<boolean>; isTimeUp: () => boolean; day: string },
): Promise<GoneReview[]> {
  const gone: GoneReview[] = [];
  for (const id of missingOf(known, listed, day).slice(0, MOST_ASKED)) {
    if (isTimeUp()) break;
    const exists = await answerOf(stillExists(id));
    if (exists === undefined) break;
    // mutation: review-gone-by-list
    if (!exists) gone.push(noteGone(known, id));
  }
  return gone;
}

/** In another order each day, so that reviews which Apple has but does not list keep no others from being asked for. */
const missingOf = ({ reviews }: KnownReviews, { ids, downTo }: Listed, day: string): string[] =>
  [...reviews]
    .filter(([id, { gone, createdAt = -Infinity }]) => {
      if (gone === true || ids.has(id)) return false;
      return downTo === -Infinity || createdAt > downTo;
    })
    .map(([id]) => ({ id, order: sha256Hex(`${day} ${id}`) }))
    .sort((one, other) => (one.order < other.order ? -1 : 1))
    .map(({ id }) => id);

/** `undefined`: Apple gave no answer to this question, such as a refusal of this one endpoint. */
async function answerOf(asked: Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppStoreConnectError && !error.refusesEverything) return undefined;
    throw error;
  }
}
