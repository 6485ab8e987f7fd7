import type { PersonsDeed } from '../../prices/life/life-person.ts';

/** A change as these promises name it. */
type NamedChange = { team: string; changeId: string };

/** What somebody else has moved at Apple, and during which changes: of these nobody can say what was theirs. */
export class Disturbances {
  readonly #changes = new Set<string>();
  readonly #prices = new Set<string>();
  readonly #offers = new Set<string>();

  /** @param during the changes of the product that were not over */
  note(product: string, { territories, isOffer }: PersonsDeed, during: readonly NamedChange[]): void {
    for (const { team, changeId } of during) this.#changes.add(`${team} ${changeId}`);
    for (const territory of territories)
      (isOffer ? this.#offers : this.#prices).add(`${product} ${territory}`);
  }

  hasDisturbed({ team, changeId }: NamedChange): boolean {
    return this.#changes.has(`${team} ${changeId}`);
  }

  hasMoved(product: string, territory: string, what: 'price' | 'offer'): boolean {
    return (what === 'offer' ? this.#offers : this.#prices).has(`${product} ${territory}`);
  }
}
