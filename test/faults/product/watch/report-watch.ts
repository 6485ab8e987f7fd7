import assert from 'node:assert/strict';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import { findEntry, subscribedSeries } from '../../../../functions/reports/catalogue/catalogue.ts';
import type { LedgerItem } from '../../../../functions/reports/partition/ledger-item.ts';
import { reportIdOf } from '../../../histories/apple.ts';
import { assertPromises, assertStep } from '../../../histories/invariants.ts';
import { Editions } from '../../../histories/surroundings.ts';
import type { ProductTeam } from '../apple/product-apple.ts';
import { FLIPPING } from '../apple/reports-side.ts';
import type { Must, Watched } from './watched.ts';

/** Holds what is written of reports against what Apple has served. */
export class ReportWatch {
  readonly #at: Watched;
  readonly #must: Must;
  /** `<vendor> <date> <sha256>` of each report that Apple has served as that date's. */
  readonly #served = new Set<string>();
  readonly editions = new Editions();
  /** `<series> <report date>` of all that the planner should have found. */
  readonly expected = new Set<string>();

  constructor(watched: Watched, must: Must) {
    this.#at = watched;
    this.#must = must;
  }

  /** Apple serves a report; of which day, its address says. */
  async sawReport({ searchParams }: URL, answer: Response): Promise<void> {
    const date = searchParams.get('filter[reportDate]') ?? '';
    const sha256 = await this.editions.note(answer, `${searchParams.get('filter[reportType]')} ${date}`);
    this.#served.add(`${searchParams.get('filter[vendorNumber]')} ${date} ${sha256}`);
  }

  /** An item of the report ledger was written. */
  sawItem(before: LedgerItem | undefined, after: LedgerItem): void {
    const [, vendor = '', ...report] = after.pk.split('/');
    this.#must(() => {
      if (after.sha256 !== undefined && after.sha256 !== before?.sha256)
        assert.ok(
          this.#served.has(`${vendor} ${after.sk} ${after.sha256}`),
          `${after.pk} ${after.sk}: Apple has never served these bytes as this date's`,
        );
      assertStep(before, after, {
        has: () => this.#look(report.join('/'), vendor, after.sk).state,
        editionOf: (sha256) => this.editions.of(sha256),
      });
    });
  }

  /** All has come to rest for these teams. @returns how many partitions they have */
  judge(teams: readonly ProductTeam[], events: readonly OutgoingEvent[]): number {
    const { settings, clock } = this.#at;
    const names = new Set(teams.map(({ name }) => name));
    const isOf = (key: string) => names.has(key.split(/[/#]/)[0] ?? '');
    const items = new Map([...this.#at.items].filter(([, { pk }]) => isOf(pk)));
    assertPromises({
      now: clock.now(),
      series: subscribedSeries(settings)
        .filter(({ series }) => names.has(series.team))
        .map(({ series, entry }) => ({ series, entry, offered: true })),
      expected: new Set([...this.expected].filter(isOf)),
      items,
      objects: this.#at.objects,
      events,
      goesBack: ({ report }) => report === FLIPPING,
      truthOf: (series, reportDate) => this.#look(series.report, series.vendor, reportDate),
    });
    return items.size;
  }

  #look(report: string, vendor: string, reportDate: string) {
    const entry = findEntry(report);
    if (entry === undefined) throw new RangeError(`${report} is not in the catalogue`);
    const { reports, store } = this.#at.apple;
    const id = reportIdOf(entry, vendor, reportDate);
    const version = report === FLIPPING ? (reports.versions.at(-1) ?? id.version) : id.version;
    return store.look({ ...id, version }, this.#at.clock.now());
  }
}
