import * as z from 'zod';
import type { SmallObjects } from '../../platform/aws/small-objects.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';
import { type WatchedProduct, watchedListSchema, watchedProductSchema } from './price-row.ts';

/** One reading of a product. `at`: when the run of its day began, which is before the reading. */
const readingSchema = z.object({ day: z.string(), at: z.number(), lists: z.array(watchedListSchema) });
export type Reading = z.output<typeof readingSchema>;

/** A product: its latest reading, and the one that it will be compared with (the last that was told). */
const pieceSchema = z.object({ read: readingSchema, base: readingSchema.optional() });
export type Piece = z.output<typeof pieceSchema>;

const storefrontsSchema = z.record(z.string(), z.string().nullable());

/** The run of a day: what is to be read. Made once per day, so that an interrupted run goes on with the same list. */
const runSchema = z.object({
  day: z.string(),
  startedAt: z.number(),
  products: z.array(watchedProductSchema),
  storefronts: storefrontsSchema,
  /** Product → how many times it could not be read on this day. */
  failures: z.record(z.string(), z.number()).default({}),
});
export type Run = z.output<typeof runSchema>;

/** The last day that was read to its end and told. */
const publishedListSchema = z.object({
  day: z.string(),
  startedAt: z.number(),
  storefronts: storefrontsSchema,
});
export type PublishedList = z.output<typeof publishedListSchema>;

/** What is kept of a team's price list between runs. What is lost makes the next run a first one. */
export type WatchState = {
  run(): Promise<Run | undefined>;
  saveRun(run: Run): Promise<void>;
  lastPublished(): Promise<PublishedList | undefined>;
  savePublished(list: PublishedList): Promise<void>;
  piece(product: WatchedProduct): Promise<Piece | undefined>;
  savePiece(product: WatchedProduct, piece: Piece): Promise<void>;
};

/** The objects lie under `cache/price-list/<team>/`. One that cannot be read is as good as none. */
export const PRICE_LIST_CACHE = 'cache/price-list/';

export function createWatchState(objects: SmallObjects): WatchState {
  const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> =>
    readStoredJson(await objects.read(name), schema);
  const write = (name: string, content: unknown): Promise<void> =>
    objects.write(name, JSON.stringify(content));
  return {
    run: () => read('run.json', runSchema),
    saveRun: (run) => write('run.json', run),
    lastPublished: () => read('told.json', publishedListSchema),
    savePublished: (list) => write('told.json', list),
    piece: (product) => read(pieceName(product), pieceSchema),
    savePiece: (product, piece) => write(pieceName(product), piece),
  };
}

/** Names a product within its team. */
export const keyOf = ({ kind, id }: WatchedProduct): string => `${kind} ${id}`;

const pieceName = ({ kind, id }: WatchedProduct): string => `${kind}/${encodeURIComponent(id)}.json`;

/** The piece after a new reading: what was told becomes the base. */
export function withReading(
  piece: Piece | undefined,
  read: Reading,
  lastPublished: { day: string; startedAt: EpochMillis } | undefined,
): Piece {
  const wasPublished =
    piece !== undefined && lastPublished !== undefined && piece.read.day <= lastPublished.day;
  // mutation: moves-base-reading
  const base = wasPublished ? piece.read : piece?.base;
  return { read, ...(lastPublished !== undefined && base !== undefined && { base }) };
}
