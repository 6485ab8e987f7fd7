import { sha256Hex } from '../../platform/util/hash.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import {
  ownTableKey,
  PRICE_CHANGES,
  PRICE_EFFECT_TERRITORIES,
  PRICE_EFFECTS,
} from '../../tables/own-table.ts';
import { decimalText, smallTable } from '../../tables/small-table.ts';
import type { TableRow } from '../../tables/table-file.ts';
import type { PriceMove } from '../change/price-moves.ts';
import type { StoredLook } from './effect-store.ts';

/** A change's name in file names: its own may hold any character. */
const fileName = (changeId: string): string => sha256Hex(changeId).slice(0, 32);

const productColumns = ({ kind, id, plan }: { kind: string; id: string; plan?: string | undefined }) => ({
  product_kind: kind,
  product_id: id,
  ...(kind === 'subscription' && { plan: plan ?? 'UPFRONT' }),
});

type TableFile = { key: string; bytes: Buffer };

/** The files of a look in its two tables, one per change and look: a new version replaces them. */
export async function effectTables(look: StoredLook): Promise<TableFile[]> {
  const single = await territoryTable(look);
  return [await effectTable(look), ...(single === undefined ? [] : [single])];
}

const fileOf = ({ changeId, lookDays }: StoredLook['detail']): string => `${fileName(changeId)}-${lookDays}`;

const lookColumns = ({ changeId, product, changeDay, lookDays, version }: StoredLook['detail']) => ({
  change_id: changeId,
  ...productColumns(product),
  change_day: changeDay,
  look_days: String(lookDays),
  version: String(version),
});

/** Rows of `price_effect_territories`. A first look without any has no file; a later version may have to empty it. */
async function territoryTable({ detail }: StoredLook): Promise<TableFile | undefined> {
  const rows = detail.measures.flatMap(({ measure, territories = [] }) =>
    territories.map(
      ({ territory, outcome, ratio, low, high, changedBefore, changedAfter }): TableRow => ({
        ...lookColumns(detail),
        measure,
        territory,
        outcome,
        ratio: decimalText(ratio),
        low: decimalText(low),
        high: decimalText(high),
        changed_before: decimalText(changedBefore),
        changed_after: decimalText(changedAfter),
      }),
    ),
  );
  if (rows.length === 0 && detail.version === 1) return undefined;
  const key = ownTableKey(PRICE_EFFECT_TERRITORIES, detail.team, fileOf(detail));
  return { key, bytes: await smallTable(PRICE_EFFECT_TERRITORIES, rows) };
}

async function effectTable({ detail }: StoredLook): Promise<TableFile> {
  const rows = detail.measures.map(
    ({ measure, outcome, ratio, low, high, rarelyShowsBelow, words, sums }): TableRow => ({
      ...lookColumns(detail),
      measured_on: detail.measuredOn,
      measure,
      outcome,
      ratio: decimalText(ratio),
      low: decimalText(low),
      high: decimalText(high),
      rarely_shows_below: decimalText(rarelyShowsBelow),
      changed_territories: String(detail.changedTerritories.length),
      stayed_territories: String(detail.stayedTerritories.length),
      changed_before: decimalText(sums?.changedBefore),
      changed_after: decimalText(sums?.changedAfter),
      stayed_before: decimalText(sums?.stayedBefore),
      stayed_after: decimalText(sums?.stayedAfter),
      words,
    }),
  );
  const key = ownTableKey(PRICE_EFFECTS, detail.team, fileOf(detail));
  return { key, bytes: await smallTable(PRICE_EFFECTS, rows) };
}

export const changeTableKey = ({ team, changeId }: Pick<ChangeRecord, 'team' | 'changeId'>): string =>
  ownTableKey(PRICE_CHANGES, team, fileName(changeId));

/** The rows of an applied change in the table `price_changes`. */
export function changeTable(record: ChangeRecord, moves: readonly PriceMove[]): Promise<Buffer> {
  const { request, changeId, acceptedAt, approval } = record;
  return smallTable(
    PRICE_CHANGES,
    moves.map((move) => ({
      change_id: changeId,
      ...productColumns(request.product),
      territory: move.territory,
      currency: move.currency ?? undefined,
      price_before: move.before?.price,
      price_after: move.after.price,
      proceeds_before: move.before?.proceeds ?? undefined,
      proceeds_after: move.after.proceeds ?? undefined,
      effective_day: move.day,
      existing_subscribers: move.existingSubscribers ?? undefined,
      by_itself: move.byItself ? 'Yes' : undefined,
      accepted_at: new Date(acceptedAt).toISOString(),
      requested_by: request.requestedBy,
      approved_by: approval?.by,
      reason: request.reason,
    })),
  );
}
