import { randomUUID } from 'node:crypto';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';

export type ReviewInput = {
  app: string;
  /** 1 to 5. */
  rating: number;
  title?: string;
  body?: string;
  reviewerNickname?: string;
  /** Three letters. Default USA. */
  territory?: string;
  createdAt: EpochMillis;
  /** From when on Apple lists it. Default: its date. */
  visibleFrom?: EpochMillis;
  /** Apple's id; made up unless given. */
  id?: string;
};

export type ReviewAnswer = {
  id: string;
  responseBody: string;
  lastModifiedAt: EpochMillis;
  state: 'PUBLISHED' | 'PENDING_PUBLISH';
};

export type Review = Required<ReviewInput> & { response?: ReviewAnswer };

/** The customer reviews that this Apple has. */
export class ReviewStore {
  readonly #reviews = new Map<string, Review>();
  readonly #unlisted = new Set<string>();

  /** @returns the review's id */
  put(input: ReviewInput): string {
    const id = input.id ?? `00000${randomUUID().slice(0, 8)}`;
    const { title = '', body = '', reviewerNickname = 'somebody', territory = 'USA' } = input;
    const visibleFrom = input.visibleFrom ?? input.createdAt;
    this.#reviews.set(id, { ...input, id, title, body, reviewerNickname, territory, visibleFrom });
    return id;
  }

  /** A customer changes a review. Whether its date moves as well is not documented: it does where `createdAt` is given. */
  edit(id: string, change: Partial<Pick<ReviewInput, 'rating' | 'title' | 'body' | 'createdAt'>>): void {
    this.#reviews.set(id, { ...this.#known(id), ...change });
  }

  /** The developer answers, or changes the answer. */
  answer(id: string, answer: Omit<ReviewAnswer, 'id'>): void {
    const review = this.#known(id);
    this.#reviews.set(id, { ...review, response: { id: review.response?.id ?? randomUUID(), ...answer } });
  }

  /** A review vanishes, as when its author takes it back. */
  remove(id: string): void {
    this.#reviews.delete(id);
  }

  /** What Apple lists of an app at a moment, in no order. */
  listed(app: string, now: EpochMillis): Review[] {
    return [...this.#reviews.values()].filter(
      (one) => one.app === app && one.visibleFrom <= now && !this.#unlisted.has(one.id),
    );
  }

  /** A review that Apple has at a moment, listed or {@link unlist}ed. */
  find(id: string, now: EpochMillis): Review | undefined {
    const review = this.#reviews.get(id);
    return review !== undefined && review.visibleFrom <= now ? review : undefined;
  }

  /** Apple's list leaves a review out that Apple has all the same, as lists lag. `false`: it lists it again. */
  unlist(id: string, unlisted = true): void {
    if (unlisted) this.#unlisted.add(this.#known(id).id);
    else this.#unlisted.delete(id);
  }

  #known(id: string): Review {
    const review = this.#reviews.get(id);
    if (review === undefined) throw new Error(`There is no review ${id}.`);
    return review;
  }
}
