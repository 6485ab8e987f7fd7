import type { Settings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import {
  DESIRED,
  type DesiredFile,
  desiredFileOf,
  isNoPriceFile,
  parseDesired,
} from '../request/desired-prices.ts';
import { type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import { productKey } from '../request/product.ts';
import type { PriceFiles } from '../store/price-files.ts';

/** A file of desired prices that can be compared. `version` changes when the file does. */
export type DesiredPrices = DesiredFile & { version: string; request: PriceRequest };

/** A file by its name: whose prices it holds, or why it cannot be compared. */
export type ListedFile = { key: string; version: string } & (
  | { kind: 'ok'; file: DesiredFile }
  | { kind: 'rejected'; problems: readonly Problem[] }
);

const MAXIMUM_BYTES = 1024 * 1024;
/** The longest key that S3 takes. */
const LONGEST_KEY_BYTES = 1024;

/** An event may name any object. Only these are asked for: the role may list nothing else. */
const canBeDesiredFile = (key: string): boolean =>
  key.startsWith(DESIRED) && Buffer.byteLength(key) <= LONGEST_KEY_BYTES;

/**
 * The files of desired prices: all, or one. What is no price file (folder markers, `.gitkeep`, a README) is left
 * alone. Two files of one product contradict each other, so none of them is compared.
 */
export async function listDesiredFiles(
  files: Pick<PriceFiles, 'list'>,
  only: string | undefined,
): Promise<ListedFile[]> {
  if (only !== undefined && !canBeDesiredFile(only)) return [];
  const listed: { key: string; version: string }[] = [];
  const prefix = only === undefined ? DESIRED : only.replace(/\.[A-Za-z]+$/, '');
  for await (const entry of files.list(prefix)) if (!isNoPriceFile(entry.key)) listed.push(entry);
  const named = listed.map((entry) => ({ ...entry, file: desiredFileOf(entry.key) }));
  const ofProduct = Map.groupBy(named, ({ key, file }) =>
    file === undefined ? key : productKey(file.team, file.product),
  );
  return named
    .filter(({ key }) => only === undefined || key === only)
    .map(({ key, version, file }) => {
      if (file === undefined)
        return {
          key,
          version,
          ...rejected(key, 'its name is not <team>/<product kind>/<product id>.json or .csv'),
        };
      const same = (ofProduct.get(productKey(file.team, file.product)) ?? []).filter(
        (other) => other.key !== key,
      );
      if (same.length === 0) return { key, version, kind: 'ok', file };
      const others = same.map((other) => other.key).join(' and ');
      return {
        key,
        version,
        ...rejected(
          key,
          `conflict: ${others} says the prices of the same product too; keep one of the files`,
        ),
      };
    });
}

/** The request that a file stands for. */
export async function readDesiredFile(
  { files, settings }: { files: Pick<PriceFiles, 'read'>; settings: Settings },
  { key, version, file }: ListedFile & { kind: 'ok' },
): Promise<Checked<DesiredPrices>> {
  const { team, product } = file;
  if (!settings.teams.some(({ name }) => name === team))
    return rejected(key, `there is no team ${team} in the settings`);
  const text = await files.read(key, undefined, MAXIMUM_BYTES);
  if (text.kind === 'rejected') return text;
  const desired = parseDesired(key, text.value);
  if (desired.kind === 'rejected') return desired;
  const parsed = parsePriceRequest({
    idempotencyKey: `desired/${version.slice(0, 40)}`,
    team,
    product,
    requestedBy: `desired prices ${key}`.slice(0, 200),
    // The file says what a product costs from now on: a schedule that somebody made is no part of it.
    removeScheduled: true,
    ...desired.value,
  });
  if (parsed.kind === 'rejected')
    return rejected(key, parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return accepted({ ...file, version, request: parsed.value });
}
