import { strict as assert } from 'node:assert';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import { sha256Hex } from '../../functions/platform/util/hash.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import { reviewsTableKey } from '../../functions/reports/reviews/names/review-series.ts';
import type { StoredObject } from './memory-lake.ts';

/** A review as its author and the developer left it. */
export type WrittenReview = {
  id: string;
  rating: number;
  title: string;
  createdAt: number;
  answer?: string | undefined;
  editedAt?: number | undefined;
  /** Apple has it no more. */
  vanished?: boolean;
  /** Apple has it, and its list leaves it out for a while. */
  unlisted?: boolean;
  /** It vanished once, whether it came back or not. Absent: nothing is known of it. */
  everVanished?: boolean;
};

/** What is left of the reviews of one app when all has come to rest. */
export type ReviewsAtRest = {
  reviews: readonly WrittenReview[];
  /** The looks, by `<series> <day>`. */
  items: ReadonlyMap<string, LedgerItem>;
  objects: ReadonlyMap<string, StoredObject>;
  events: readonly OutgoingEvent[];
  /** When the history began: what is older and was never edited is no news. */
  from: number;
  /** Of reviews with more stars nobody is told. */
  maxStars: number;
  /** Whether a look over all reviews came after the last one had vanished. */
  hadSunday?: boolean;
};

type Line = {
  version: number;
  change: string;
  review: { id: string; attributes?: { rating: number; title: string } };
  response?: { attributes: { responseBody: string } };
};

/** The hash of a raw file without lines. */
const NOTHING = sha256Hex(gzipSync(''));

function partitionOf(pk: string, reportDate: string) {
  const [team = '', app = '', report = ''] = pk.split('/');
  return { team, app, report, reportDate };
}

/** Every version that was stored, in order. */
function linesOf({ items, objects }: ReviewsAtRest): Line[] {
  const looks = [...items.values()].sort((one, other) => (one.sk < other.sk ? -1 : 1));
  return looks.flatMap(({ pk, sk, rawKey, tableKey, sha256, rows }) => {
    if (rawKey === undefined) {
      const table = objects.get(reviewsTableKey(partitionOf(pk, sk)));
      assert.ok(
        table === undefined || table.reportSha256 === NOTHING,
        'the table shows nothing of a look that was not settled',
      );
      return [];
    }
    assert.equal(objects.get(tableKey ?? '')?.reportSha256, sha256, 'the table shows what the ledger says');
    const text = gunzipSync(objects.get(rawKey)?.body ?? Buffer.alloc(0)).toString();
    const lines = text.split('\n').flatMap((line): Line[] => (line === '' ? [] : [JSON.parse(line)]));
    assert.equal(rows, lines.length, 'the table has each line once');
    return lines;
  });
}

const textOf = (line: Line | undefined): unknown[] => [
  line?.change === 'gone',
  line?.review.attributes?.rating,
  line?.review.attributes?.title,
  line?.response?.attributes.responseBody,
];

/** What must hold in the end, whatever happened. */
export function assertReviews(rest: ReviewsAtRest): void {
  const byReview = Map.groupBy(linesOf(rest), ({ review }) => review.id);
  // A look that was ended for a later one has seen nothing.
  const seen = [...rest.items.values()].filter(({ knownKey }) => knownKey !== undefined);
  const firstSettledAt = Math.min(...seen.map(({ settledAt }) => settledAt ?? Infinity));
  for (const written of rest.reviews) {
    const { id } = written;
    const lines = byReview.get(id) ?? [];
    if (written.vanished !== true && written.unlisted !== true)
      assertPresent(rest, written, lines, firstSettledAt);
    assertGone(rest, written, lines);
    assert.deepEqual(
      lines.map(({ version }) => version),
      lines.map((_, index) => index + 1),
      `each version of ${id} is there once, in order`,
    );
    for (const [index, line] of lines.slice(1).entries())
      assert.notDeepEqual(
        textOf(line),
        textOf(lines[index]),
        `each version of ${id} differs from the one before`,
      );
    const told = toldOf(rest, id);
    if (written.createdAt < rest.from && written.editedAt === undefined)
      assert.equal(told.length, 0, `${id} is history`);
    assert.ok(
      told.every(({ detail }) => Number(detail['rating']) <= rest.maxStars),
      `only few stars of ${id}`,
    );
    for (const same of Map.groupBy(told, ({ detail }) => detail['id']).values())
      assert.equal(new Set(same.map(({ detail }) => detail['title'])).size, 1, 'one id, one text');
    for (const same of Map.groupBy(told, ({ detail }) => detail['title']).values())
      assert.equal(new Set(same.map(({ detail }) => detail['id'])).size, 1, `what ${id} says is told once`);
  }
}

/** A review is said to be gone where it is, and where it is not, never. */
function assertGone({ hadSunday }: ReviewsAtRest, written: WrittenReview, lines: readonly Line[]): void {
  const { id, vanished, everVanished } = written;
  if (hadSunday === true && vanished === true && lines.length > 0)
    assert.equal(lines.at(-1)?.change, 'gone', `that ${id} is gone is noticed`);
  if (everVanished === false || (everVanished === undefined && vanished !== true))
    assert.ok(!lines.some(({ change }) => change === 'gone'), `${id} was never gone`);
}

/** What Apple lists is stored as it is now, and told where it is news. */
function assertPresent(
  rest: ReviewsAtRest,
  { id, rating, title, answer, createdAt }: WrittenReview,
  lines: readonly Line[],
  firstSettledAt: number,
): void {
  const last = lines.at(-1);
  assert.ok(last !== undefined, `${id} is stored`);
  assert.deepEqual(
    textOf(last),
    [false, rating, title, answer],
    `the last version of ${id} is the present one`,
  );
  // An edit of a review that was never seen before it is the review, as far as anybody can tell.
  const isEdited =
    lines.findLast(({ change }) => change === 'new' || change === 'edited')?.change === 'edited';
  if (rating <= rest.maxStars && (createdAt >= firstSettledAt || isEdited))
    assert.ok(
      toldOf(rest, id).some((event) => event.detail['title'] === title),
      `what ${id} says now was told`,
    );
}

const toldOf = ({ events }: ReviewsAtRest, id: string): OutgoingEvent[] =>
  events.filter((event) => event.detail['reviewId'] === id);
