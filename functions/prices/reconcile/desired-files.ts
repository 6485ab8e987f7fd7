import type { Settings } from '../../platform/config/settings.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import type { FindProduct } from '../names/find-product.ts';
import { DESIRED, desiredFileOf, isNoPriceFile, parseDesired } from '../request/desired-prices.ts';
import { type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import { type Product, type ProductLabel, productKey } from '../request/product.ts';
import type { PriceFiles } from '../store/price-files.ts';

/** A file of desired prices that can be compared. `version` changes when the file does. */
export type DesiredPrices = NumberedFile & { version: string; request: PriceRequest };

/** A file whose product has Apple's number. */
export type NumberedFile = { key: string; team: string; product: Product; label?: ProductLabel };

/** A file by its name: whose prices it holds, or why it cannot be compared. */
export type ListedFile = { key: string; version: string; file: Checked<NumberedFile> };

const MAXIMUM_BYTES = 1024 * 1024;
/** The longest key that S3 takes. */
const MAXIMUM_KEY_BYTES = 1024;

/** An event may name any object. Only these are asked for: the role may list nothing else. */
const canBeDesiredFile = (key: string): boolean =>
  key.startsWith(DESIRED) && Buffer.byteLength(key) <= MAXIMUM_KEY_BYTES;

/**
 * The files of desired prices: all, or one. What is no price file (folder markers, `.gitkeep`, a README) is left
 * alone. Two files of one product contradict each other, so none of them is compared.
 */
export async function listDesiredFiles(
  deps: { files: Pick<PriceFiles, 'list'>; findProduct: FindProduct; settings: Settings },
  only: string | undefined,
): Promise<ListedFile[]> {
  if (only !== undefined && !canBeDesiredFile(only)) return [];
  const listed: ListedFile[] = [];
  // Another file of the same product may be called by its number or by its name.
  const prefix = only === undefined ? DESIRED : (/^desired\/prices\/[^/]+\//.exec(only)?.[0] ?? only);
  for await (const entry of deps.files.list(prefix)) {
    if (!isNoPriceFile(entry.key)) listed.push({ ...entry, file: await numberedFile(deps, entry.key) });
  }
  const ofProduct = Map.groupBy(listed, ({ key, file }) =>
    file.kind === 'ok' ? productKey(file.value.team, file.value.product) : key,
  );
  return listed
    .filter(({ key }) => only === undefined || key === only)
    .map(({ key, version, file }) => {
      if (file.kind === 'rejected') return { key, version, file };
      const same = (ofProduct.get(productKey(file.value.team, file.value.product)) ?? []).filter(
        (other) => other.key !== key,
      );
      if (same.length === 0) return { key, version, file };
      const others = same.map((other) => other.key).join(' and ');
      return {
        key,
        version,
        file: rejected(
          key,
          `conflict: ${others} says the prices of the same product too; keep one of the files`,
        ),
      };
    });
}

/** A file by its name; a product ID or bundle ID is looked up. */
async function numberedFile(
  { findProduct, settings }: { findProduct: FindProduct; settings: Settings },
  key: string,
): Promise<Checked<NumberedFile>> {
  const file = desiredFileOf(key);
  if (file === undefined)
    return rejected(
      key,
      'its name is neither <team>/<product kind>/<number>.json nor <team>/<product ID or bundle ID>.json (or .csv)',
    );
  const { team, product, ref } = file;
  if (product !== undefined) return accepted({ key, team, product });
  const rules = settings.teams.find(({ name }) => name === team)?.prices;
  if (rules === undefined) return rejected(key, `team ${team} of the file may not change prices`);
  const found = await findProduct(team, ref);
  switch (found.kind) {
    case 'ok':
      return accepted({ key, team, ...found.value });
    case 'rejected':
      return rejected(key, found.problems.map(({ message }) => message).join('; '));
    case 'retry':
      return rejected(key, `Apple cannot be read now; the next run compares again. ${found.reason}`);
    default:
      return unreachable(found);
  }
}

/** The request that a file stands for. */
export async function readDesiredFile(
  { files, settings }: { files: Pick<PriceFiles, 'read'>; settings: Settings },
  version: string,
  file: NumberedFile,
): Promise<Checked<DesiredPrices>> {
  const { key, team, product } = file;
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
