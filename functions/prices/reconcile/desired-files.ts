import type { Settings } from '../../platform/config/settings.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import type { FindProduct } from '../names/find-product.ts';
import { desiredCampaignOf, parseDesiredCampaign, wishFor } from '../request/desired/desired-campaign.ts';
import {
  DESIRED,
  type DesiredWish,
  desiredFileOf,
  isNoPriceFile,
  parseDesired,
} from '../request/desired/desired-prices.ts';
import { type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import { type Product, type ProductLabel, productKey, productName } from '../request/product.ts';
import type { ProductRef } from '../request/product-ref.ts';
import type { PriceFiles } from '../store/price-files.ts';

/** A file of desired prices that can be compared. `version` changes when the file does. */
export type DesiredPrices = NumberedFile & { version: string; request: PriceRequest };

/** A file whose product has Apple's number, or one product of a file over many; then `wish` is what it says of it. */
export type NumberedFile = {
  key: string;
  team: string;
  product: Product;
  label?: ProductLabel;
  wish?: DesiredWish;
};

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
  deps: { files: Pick<PriceFiles, 'list' | 'read'>; findProduct: FindProduct; settings: Settings },
  only: string | undefined,
): Promise<ListedFile[]> {
  if (only !== undefined && !canBeDesiredFile(only)) return [];
  const listed: ListedFile[] = [];
  // Another file of the same product may be called by its number or by its name.
  const prefix = only === undefined ? DESIRED : (/^desired\/prices\/[^/]+\//.exec(only)?.[0] ?? only);
  for await (const entry of deps.files.list(prefix)) {
    if (isNoPriceFile(entry.key)) continue;
    const campaign = desiredCampaignOf(entry.key);
    const files =
      campaign === undefined ? [await numberedFile(deps, entry.key)] : await members(deps, campaign);
    for (const file of files) listed.push({ ...entry, file });
  }
  const ofProduct = Map.groupBy(listed, ({ key, file }) =>
    file.kind === 'ok' ? productKey(file.value.team, file.value.product) : key,
  );
  return listed
    .filter(({ key }) => only === undefined || key === only)
    .map((entry) => {
      const { key, version, file } = entry;
      if (file.kind === 'rejected') return entry;
      const { team, product, label } = file.value;
      const same = (ofProduct.get(productKey(team, product)) ?? []).filter((other) => other !== entry);
      if (same.length === 0) return entry;
      const others = [...new Set(same.map((other) => other.key))].filter((other) => other !== key);
      const message =
        others.length === 0
          ? `conflict: it names ${productName(product, label)} twice; keep one of them`
          : `conflict: ${others.join(' and ')} says the prices of the same product too (${productName(product, label)}); keep one of the files`;
      return { key, version, file: rejected(key, message) };
    });
}

type FindDependencies = { findProduct: FindProduct; settings: Settings };

/** The products of a file over many, each as if it had a file of its own. */
async function members(
  deps: FindDependencies & { files: Pick<PriceFiles, 'read'> },
  { key, team }: { key: string; team: string },
): Promise<Checked<NumberedFile>[]> {
  const text = await deps.files.read(key, undefined, MAXIMUM_BYTES);
  if (text.kind === 'rejected') return [text];
  const parsed = parseDesiredCampaign(key, text.value);
  if (parsed.kind === 'rejected') return [parsed];
  const found: Checked<NumberedFile>[] = [];
  for (const { product, ref, wish } of parsed.value) {
    if (product !== undefined)
      found.push(accepted({ key, team, product, wish: wishFor(product.kind, wish) }));
    else {
      const named = await byName(deps, key, team, ref);
      found.push(
        named.kind === 'ok'
          ? accepted({ ...named.value, wish: wishFor(named.value.product.kind, wish) })
          : named,
      );
    }
  }
  return found;
}

/** A file of one product by its name; a product ID or bundle ID is looked up. */
async function numberedFile(deps: FindDependencies, key: string): Promise<Checked<NumberedFile>> {
  const file = desiredFileOf(key);
  if (file === undefined)
    return rejected(
      key,
      'its name is neither <team>/<product kind>/<number>.json nor <team>/<product ID or bundle ID>.json nor <team>/campaigns/<name>.json (or .csv)',
    );
  const { team, product, ref } = file;
  return product === undefined ? byName(deps, key, team, ref) : accepted({ key, team, product });
}

async function byName(
  { findProduct, settings }: FindDependencies,
  key: string,
  team: string,
  ref: ProductRef,
): Promise<Checked<NumberedFile>> {
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
  const desired = file.wish === undefined ? await ownWish(files, key) : accepted(file.wish);
  if (desired.kind === 'rejected') return desired;
  const parsed = parsePriceRequest({
    idempotencyKey: `desired/${version.slice(0, 40)}`,
    team,
    product,
    requestedBy: `desired prices ${key}`.slice(0, 200),
    // The file says what a product costs from now on: a schedule that somebody made is no part of it.
    // mutation: desired-removes-scheduled
    removeScheduled: true,
    ...desired.value,
  });
  if (parsed.kind === 'rejected') {
    const of = file.wish === undefined ? '' : `${productName(product, file.label)}: `;
    return rejected(key, parsed.problems.map(({ path, message }) => `${of}${path}: ${message}`).join('; '));
  }
  return accepted({ ...file, version, request: parsed.value });
}

async function ownWish(files: Pick<PriceFiles, 'read'>, key: string): Promise<Checked<DesiredWish>> {
  const text = await files.read(key, undefined, MAXIMUM_BYTES);
  return text.kind === 'rejected' ? text : parseDesired(key, text.value);
}
