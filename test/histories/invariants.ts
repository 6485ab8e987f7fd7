import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import { noSalesIsFinal, periodDays } from '../../functions/reports/catalogue/calendar.ts';
import type { CatalogueEntry } from '../../functions/reports/catalogue/catalogue.ts';
import {
  rawObjectKey,
  type Series,
  seriesKey,
  tableObjectKey,
} from '../../functions/reports/catalogue/series.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { ReportLookup } from '../../local/simulator/reports/report-store.ts';
import type { StoredObject } from './memory-lake.ts';

/** What a partition may never do on its way, whatever happens around it. Throws where it did. */
export function assertStep(
  before: LedgerItem | undefined,
  after: LedgerItem,
  apple: { has(): ReportLookup['state']; editionOf(sha256: string): number },
): void {
  const place = `${after.pk} ${after.sk}`;
  if (before?.sha256 !== undefined && after.sha256 !== before.sha256) {
    assert.ok(after.sha256 !== undefined, `${place}: a stored report was forgotten`);
    const [earlier, later] = [apple.editionOf(before.sha256), apple.editionOf(after.sha256)];
    assert.ok(later > earlier, `${place}: an older edition was settled over a newer one`);
  }
  if (before?.settledAs === 'stored')
    assert.ok(
      ['stored', 'fetching'].includes(after.state),
      `${place}: a stored report became ${after.state}`,
    );
  if (after.state === 'empty' && before?.settledAs !== 'empty' && apple.has() !== 'served')
    assert.equal(apple.has(), 'no-sales', `${place}: settled as empty before Apple could know`);
}

/** What is left of a history when it has come to rest. */
export type Rest = {
  now: number;
  series: readonly { series: Series; entry: CatalogueEntry; offered: boolean }[];
  /** Every partition that a planner run should have known. */
  expected: ReadonlySet<string>;
  /** The partition on which each worker dies, `<series> <report date>`. */
  deadly?: string;
  items: ReadonlyMap<string, LedgerItem>;
  objects: ReadonlyMap<string, StoredObject>;
  events: readonly OutgoingEvent[];
  /** Whether Apple has gone back to earlier bytes of a series, as its versions changed. */
  goesBack?(series: Series): boolean;
  truthOf(series: Series, reportDate: string): ReportLookup;
};

/** Throws where a history broke a promise. In order: nothing missing, nothing false, nothing twice, all told. */
export function assertPromises(rest: Rest): void {
  for (const key of rest.expected) assert.ok(rest.items.has(key), `${key} is missing from the ledger`);
  for (const { series, entry, offered } of rest.series) {
    for (const item of rest.items.values()) {
      if (item.pk !== seriesKey(series)) continue;
      const place = `${item.pk} ${item.sk} (${item.state}: ${item.lastAnswer ?? 'no answer'})`;
      if (rest.deadly === `${item.pk} ${item.sk}`) {
        assertOverdue(rest, item, place);
        continue;
      }
      assert.equal(item.leaseUntil, undefined, `${place}: still claimed`);
      assert.deepEqual(item.owed, [], `${place}: events are still owed`);
      if (!offered) {
        assert.ok(['notOffered', 'waiting'].includes(item.state), `${place}: the vendor has no such report`);
        continue;
      }
      const truth = rest.truthOf(series, item.sk);
      if (truth.state === 'served') assertStored(rest, series, item, truth.gzip, place);
      else assertEmpty(rest, entry, item, place);
    }
  }
}

/** Its workers die each time: never settled, and told as overdue once. */
function assertOverdue({ events }: Rest, item: LedgerItem, place: string): void {
  assert.equal(item.settledAs, undefined, `${place}: settled though its workers die`);
  const told = events.filter(
    ({ detailType, detail }) =>
      detailType === 'Report Overdue' &&
      detail['reportDate'] === item.sk &&
      item.pk.endsWith(`/${String(detail['report'])}`),
  );
  const ids = new Set(told.map(({ detail }) => detail['id']));
  assert.equal(ids.size, 1, `${place}: told as overdue ${ids.size} times`);
  // It may have been told when it waited for another reason, such as an ill Apple.
  for (const { detail } of told.filter((event) => event.detail['state'] === 'fetching'))
    assert.match(String(detail['lastAnswer']), /Its worker ended (once|\d+ times) without a result/, place);
}

/** Apple has it: its newest bytes are stored raw, the table shows them, each edition is kept once, all is told. */
function assertStored(rest: Rest, series: Series, item: LedgerItem, gzip: Uint8Array, place: string): void {
  const sha256 = createHash('sha256').update(gzip).digest('hex');
  const partition = { ...series, reportDate: item.sk };
  assert.equal(item.state, 'stored', `${place}: Apple has it`);
  assert.equal(item.sha256, sha256, `${place}: not Apple's newest`);
  const raw = rest.objects.get(rawObjectKey(partition, sha256));
  assert.ok(raw?.body.equals(gzip) === true, `${place}: the raw file is not Apple's`);
  const table = rest.objects.get(tableObjectKey(partition));
  assert.equal(table?.reportSha256, sha256, `${place}: the table shows another edition`);
  assert.equal(table?.body.toString('utf8'), `table of ${sha256}`, `${place}: the table is another's`);
  const editions = [...item.versions.map((version) => version.sha256), sha256];
  const different = rest.goesBack?.(series) === true ? withoutRepeats(editions) : [...new Set(editions)];
  assert.deepEqual(editions, different, `${place}: an edition was stored twice`);
  for (const edition of editions)
    assert.ok(rest.objects.has(rawObjectKey(partition, edition)), `${place}: ${edition} is not kept`);
  const told = idsTold(rest, item);
  assert.equal(told.stored, 1, `${place}: told as stored ${told.stored} times`);
  assert.equal(told.restated, item.versions.length, `${place}: told as restated ${told.restated} times`);
  assert.equal(told.newest, sha256, `${place}: the newest edition was not told`);
}

/** Without those that follow themselves. */
const withoutRepeats = (editions: readonly string[]): string[] =>
  editions.filter((edition, index) => edition !== editions[index - 1]);

/** Apple has nothing: told so once it is final, and nothing lies in the lake. */
function assertEmpty(rest: Rest, entry: CatalogueEntry, item: LedgerItem, place: string): void {
  const final = noSalesIsFinal(entry, item.sk, rest.now - 24 * 3_600_000);
  const believable = !hasSoldDays(rest, entry, item);
  const allowed = final && believable ? ['empty'] : ['empty', 'waiting', 'due'];
  assert.ok(allowed.includes(item.state), `${place}: Apple has nothing`);
  assert.equal(item.sha256, undefined, `${place}: stored though Apple has nothing`);
  const told = idsTold(rest, item);
  assert.equal(told.empty, item.state === 'empty' ? 1 : 0, `${place}: told as empty ${told.empty} times`);
  if (item.state === 'empty')
    assert.ok(noSalesIsFinal(entry, item.sk, item.settledAt ?? 0), `${place}: believed too early`);
}

/** Whether stored days of a longer period have rows: then its "no sales" is not believed. */
function hasSoldDays({ items }: Rest, entry: CatalogueEntry, { pk, sk }: LedgerItem): boolean {
  if (entry.frequency === 'DAILY' || entry.source.api !== 'salesReports') return false;
  const { from, to } = periodDays(entry, sk);
  const daily = pk.replace(/\/[A-Z]+$/, '/DAILY');
  return [...items.values()].some(
    (day) => day.pk === daily && day.sk >= from && day.sk <= to && (day.rows ?? 0) > 0,
  );
}

/** Events by their ids, as consumers drop repeats. */
function idsTold({ events }: Rest, item: LedgerItem) {
  const mine = events.filter(
    ({ detail }) =>
      detail['reportDate'] === item.sk &&
      item.pk ===
        seriesKey({
          team: String(detail['team']),
          vendor: String(detail['vendor']),
          report: String(detail['report']),
        }),
  );
  const ids = (type: string) =>
    new Set(mine.filter(({ detailType }) => detailType === type).map(({ detail }) => detail['id'])).size;
  const editions = mine.filter(({ detailType }) => /Stored|Restated/.test(detailType));
  return {
    stored: ids('Report Stored'),
    restated: ids('Report Restated'),
    empty: ids('Report Empty'),
    // Sent at least once, so an earlier one may come again; the newest must be among them.
    newest: editions.find(({ detail }) => detail['sha256'] === item.sha256)?.detail['sha256'],
  };
}
