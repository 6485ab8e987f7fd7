import assert from 'node:assert/strict';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import type { DayMoves } from '../../../../functions/prices/watch/day-moves.ts';
import type { PriceRow, WatchedProduct } from '../../../../functions/prices/watch/price-row.ts';
import type { Reading } from '../../../../functions/prices/watch/watch-state.ts';

/** Somebody else moved a price: Apple by itself, or a person on its page. */
type Cause = {
  at: number;
  /** `<kind> <id>`; Apple decides of a territory, and so of every product. */
  product?: string;
  territory: string;
  by: 'apple' | 'person';
};

type Seen = { team: string; product: WatchedProduct; at: number; reading: Reading };

const nameOf = ({ kind, id }: Pick<WatchedProduct, 'kind' | 'id'>): string => `${kind} ${id}`;

/** Holds what is told as Apple's own moves against who has moved what. */
export class MovesTold {
  readonly #causes: Cause[] = [];
  readonly #readings: Seen[] = [];
  readonly #published = new Set<string>();
  /** `<team> <day>` → what was told; the first one stands, as in the bucket. */
  readonly #days = new Map<string, DayMoves>();
  /** When a price of ours took effect. */
  readonly #own: { at: number; product: string }[] = [];
  /** The first promise that was broken. */
  broken: unknown;
  readonly happened = { appleMoves: 0, movesTold: 0 };

  sawCause(cause: Cause): void {
    this.#causes.push(cause);
    if (cause.by === 'apple') this.happened.appleMoves += 1;
  }

  sawOwn(product: string, at: number): void {
    this.#own.push({ product, at });
  }

  sawReading(seen: Seen): void {
    this.#readings.push(seen);
  }

  sawPublished(team: string, day: string): void {
    this.#published.add(`${team} ${day}`);
  }

  /** What moved on a day is written down: nothing that only we have moved is among it. */
  sawDay(day: DayMoves): void {
    if (this.#days.has(`${day.team} ${day.day}`)) return;
    this.#days.set(`${day.team} ${day.day}`, day);
    this.happened.movesTold += day.moves.length;
    this.#must(() => {
      for (const { product, territory, kind, before, after } of day.moves) {
        const since = this.#readingBefore(day.team, product, day.since)?.reading.at ?? 0;
        const causes = this.#causesOf(product, territory).filter(
          ({ at, by }) => by === 'person' || at > since,
        );
        assert.ok(
          causes.length > 0,
          `${day.team} ${day.day}: ${kind} of ${nameOf(product)} in ${territory} told as Apple's (${JSON.stringify(before)}, ${JSON.stringify(after)}), and nobody else has moved it`,
        );
      }
    });
  }

  /**
   * All has come to rest: each day was told once, however often its run was repeated. What Apple has moved, as far as two
   * readings show it and nobody else moved the same, was told.
   */
  judge(events: readonly OutgoingEvent[]): void {
    const told = events.filter(({ detailType }) => detailType === 'Apple Changed Prices');
    for (const [day, same] of Map.groupBy(told, ({ detail }) => `${detail['team']} ${detail['day']}`))
      assert.equal(new Set(same.map(({ detail }) => detail['id'])).size, 1, `${day}: told in two ways`);
    for (const cause of this.#causes)
      if (cause.by === 'apple')
        for (const last of this.#lastReadings()) {
          const next = last.at < cause.at ? this.#nextPublished(last) : undefined;
          if (next !== undefined && next.reading.at > cause.at) this.#assertTold(cause, last, next);
        }
  }

  #assertTold({ territory }: Cause, last: Seen, next: Seen): void {
    const { product, team } = last;
    const isBetween = ({ at }: { at: number }) => at >= last.reading.at && at <= next.at;
    const isAlone = this.#causesOf(product, territory).filter(isBetween).length === 1;
    const isOurs = this.#own.some((own) => own.product === nameOf(product) && isBetween(own));
    const [before, after] = [last, next].map((seen) => rowOf(seen, territory));
    if (!isAlone || isOurs || before === undefined || after === undefined) return;
    if (before.price === after.price && before.proceeds === after.proceeds) return;
    // A price that was scheduled begins by itself.
    if (before.scheduled.some(({ from }) => from <= next.reading.day)) return;
    const told = this.#days.get(`${team} ${next.reading.day}`)?.moves ?? [];
    assert.ok(
      told.some((move) => nameOf(move.product) === nameOf(product) && move.territory === territory),
      `${team} ${next.reading.day}: Apple has moved ${nameOf(product)} in ${territory} since ${last.reading.day}, and nobody was told`,
    );
  }

  /** The last reading of each product on each day that was told to its end. */
  #lastReadings(): Seen[] {
    const last = new Map(
      this.#readings
        .filter(({ team, reading }) => this.#published.has(`${team} ${reading.day}`))
        .map((seen) => [`${seen.team} ${nameOf(seen.product)} ${seen.reading.day}`, seen]),
    );
    return [...last.values()];
  }

  /** The reading that a published day compares with this one. */
  #nextPublished({ team, product, reading }: Seen): Seen | undefined {
    const later = this.#lastReadings().filter(
      (seen) =>
        seen.team === team && nameOf(seen.product) === nameOf(product) && seen.reading.day > reading.day,
    );
    return later.toSorted((a, b) => (a.reading.day < b.reading.day ? -1 : 1))[0];
  }

  #readingBefore(team: string, product: WatchedProduct, day: string): Seen | undefined {
    return this.#readings.findLast(
      (seen) => seen.team === team && nameOf(seen.product) === nameOf(product) && seen.reading.day <= day,
    );
  }

  #causesOf(product: WatchedProduct, territory: string): Cause[] {
    return this.#causes.filter(
      (cause) =>
        cause.territory === territory && (cause.product === undefined || cause.product === nameOf(product)),
    );
  }

  #must(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.broken ??= error;
    }
  }
}

const rowOf = ({ reading }: Seen, territory: string): PriceRow | undefined =>
  reading.lists.find(({ plan }) => plan !== 'MONTHLY')?.rows.find((row) => row.territory === territory);
