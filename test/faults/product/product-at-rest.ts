import { isOver, owesWayBack } from '../../../functions/prices/store/change-record.ts';
import { TEAMS } from './apple/product-teams.ts';
import type { ProductParts } from './product-parts.ts';
import { type AppsAtRest, areAppsAtRest } from './watch/apps-at-rest.ts';

/** What nobody has to do anything about before Apple has something new. */
const IS_QUIET = new Set<string>(['waiting', 'stored', 'empty', 'expired', 'notOffered']);

type Around = Pick<
  ProductParts,
  | 'start'
  | 'clock'
  | 'settings'
  | 'apple'
  | 'reports'
  | 'keys'
  | 'items'
  | 'lake'
  | 'prices'
  | 'queue'
  | 'functions'
  | 'reconciler'
  | 'rotations'
  | 'watch'
>;

/** Tells whether anything is left to do. */
export class ProductAtRest {
  readonly #at: Around;

  constructor(around: Around) {
    this.#at = around;
  }

  /**
   * Whether all teams but those with a dead key wait for nothing.
   *
   * @param inTheEnd nothing is late at Apple any more, and no temporary price is in effect
   */
  areAllAtRest(inTheEnd: boolean): boolean {
    const isHealthy = this.#isHealthy;
    return (
      this.#at.rotations.areAtRest &&
      this.arePricesAtRest(inTheEnd) &&
      areAppsAtRest(this.apps, isHealthy, inTheEnd) &&
      this.#at.queue.groups.every((group) => !isHealthy(group.split(/[/#]/)[0])) &&
      [...this.#at.items.partitions.values()]
        .filter(({ pk }) => isHealthy(pk.split('/')[0]))
        .every(
          ({ state, owed }) => IS_QUIET.has(state) && owed.length === 0 && !(inTheEnd && state === 'waiting'),
        )
    );
  }

  get #isHealthy(): (team?: string) => boolean {
    const dead = new Set(TEAMS.map(({ name }) => name).filter((name) => this.#at.keys.hasDeadKey(name)));
    return (team = '') => !dead.has(team);
  }

  /** Whether changes and campaigns of the healthy teams have ended; in the end also whether each price is as desired. */
  arePricesAtRest(inTheEnd: boolean): boolean {
    const isHealthy = this.#isHealthy;
    return (
      (!inTheEnd || this.isAsDesired(isHealthy)) &&
      Object.values(this.#at.functions.campaigns).every(
        ({ team, state, closed, owed }) =>
          !isHealthy(team) || (closed && owed.length === 0 && state !== 'planning'),
      ) &&
      Object.values(this.#at.prices.changes)
        .filter(({ team }) => isHealthy(team))
        .every((change) => isOver(change) && change.owed.length === 0 && !(inTheEnd && owesWayBack(change)))
    );
  }

  /** Whether the last comparison has found nothing to correct. */
  isAsDesired(isHealthy: (team: string | undefined) => boolean): boolean {
    const enforcing = new Set(
      this.#at.settings.teams.filter(({ prices }) => prices?.desired === 'enforce').map(({ name }) => name),
    );
    return this.#at.reconciler.found
      .filter(({ key }) => enforcing.has(key.split('/')[2] ?? '') && isHealthy(key.split('/')[2]))
      .every(({ result }) => result === 'same');
  }

  /** What analytics, reviews and versions are held against. */
  get apps(): AppsAtRest {
    return {
      now: this.#at.clock.now(),
      start: this.#at.start,
      settings: this.#at.settings,
      apple: this.#at.apple.reports,
      happened: this.#at.reports,
      items: this.#at.items,
      objects: this.#at.lake.objects,
      events: this.#at.watch.events,
    };
  }
}
