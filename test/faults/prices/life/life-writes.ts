import assert from 'node:assert/strict';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';

/** The writes that arrive at Apple, held against the marks and the acknowledgements of the changes. */
export class LifeWrites {
  readonly #open: () => readonly ChangeRecord[];
  /** Writes that Apple has acknowledged and of which the record says so: by change and content, over all its plans. */
  readonly #carriedOut = new Set<string>();
  /** Acknowledged since the change's record was written last; a worker that ends now takes this with it. */
  readonly #heard = new Map<string, string[]>();
  /** Of those in `#heard`: their effect is still to come. */
  readonly #heardLate = new Set<string>();
  #broken: unknown;

  /** @param open the changes that are not over */
  constructor(open: () => readonly ChangeRecord[]) {
    this.#open = open;
  }

  /** The first promise that a write has broken. */
  get broken(): unknown {
    return this.#broken;
  }

  /** The record of a change was written, and with it what its worker has heard. */
  sawChange({ changeId }: ChangeRecord): void {
    for (const write of this.#heard.get(changeId) ?? []) this.#carriedOut.add(write);
    this.#heard.delete(changeId);
    this.#heardLate.delete(changeId);
  }

  /**
   * The worker of a change has died with what it has heard.
   *
   * @returns whether an effect is still to come of which nobody can know
   */
  sawDeath(changeId: string): boolean {
    this.#heard.delete(changeId);
    return this.#heardLate.delete(changeId);
  }

  /**
   * A write may only go out for the one change that has marked it, and never again once Apple has acknowledged it and
   * that is stored, also by a later plan of the same change.
   */
  sawWrite(
    url: string,
    init: RequestInit | undefined,
    answer: { isAcknowledged: boolean; isLate: boolean },
  ): void {
    // A worker that died has left its mark on the change of the other product.
    const kind = url.includes('inAppPurchase') ? 'inAppPurchase' : 'subscription';
    const marked = this.#open().filter(
      ({ sending, request }) => sending !== undefined && request.product.kind === kind,
    );
    const [change] = marked;
    try {
      assert.ok(change !== undefined, 'a price was written without any change’s mark');
      assert.equal(change.state, 'sending', `${change.changeId}: written while it was ${change.state}`);
      const write = `${change.changeId} ${init?.method} ${url} ${init?.body}`;
      assert.ok(
        !this.#carriedOut.has(write),
        `${change.changeId}: the same write again after its acknowledgement`,
      );
      const { changeId } = change;
      if (answer.isAcknowledged && answer.isLate) this.#heardLate.add(changeId);
      if (answer.isAcknowledged) this.#heard.set(changeId, [...(this.#heard.get(changeId) ?? []), write]);
    } catch (error) {
      this.#broken ??= error;
    }
  }
}
