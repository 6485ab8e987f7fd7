import * as z from 'zod';
import { PRODUCT_KINDS } from '../../../events/event-product.ts';
import type { Problem } from '../../../platform/errors.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { accepted, type Checked, rejected, rejectedWith } from '../../../platform/validation/checked.ts';
import { isTooDeep, problemsOf } from '../../../platform/validation/problems.ts';
import { canonicalJson, type PriceRequest, parsePriceRequest } from '../../request/price-request.ts';
import { type Product, type ProductLabel, productName } from '../../request/product.ts';

/** So many products have a place in the record of a campaign. */
export const MAXIMUM_MEMBERS = 100;
/** DynamoDB takes items of 400 KB; the members need the rest. */
const LARGEST_REQUEST = 200_000;

/** Names a campaign within its team. The names of its members begin with it. */
export const campaignIdSchema = z
  .string('is missing; give each campaign a name of its own, such as "winter-sale-2026"')
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,78}[\x21-\x7e])?$/, 'must be 1 to 80 printable ASCII characters');

const productSchema = z.union(
  [
    z.string().min(1),
    z.looseObject({
      kind: z.enum(PRODUCT_KINDS).optional(),
      id: z.string(),
      plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
    }),
  ],
  { error: 'must be a product ID, or { "kind": "subscription", "id": "6448311069" }' },
);

const change = z.record(z.string(), z.unknown());

const campaignSchema = z.strictObject({
  campaign: campaignIdSchema,
  team: z.string('is missing; name a team of the settings').min(1),
  products: z.array(productSchema).min(1, 'must name at least one product').optional(),
  /** The reference name of a subscription group. */
  group: z.string().min(1).optional(),
  /** Apple's number or the bundle ID: its subscriptions and in-app purchases. */
  app: z.string().min(1).optional(),
  /** Product IDs or numbers that a group or an app leaves out. */
  except: z.array(z.string()).optional(),
  /** The fields of a price change, the same for every product. */
  change: change.optional(),
  /** A change per product, each with its `product`. */
  changes: z
    .array(change.and(z.looseObject({ product: productSchema })))
    .min(1, 'must hold at least one change')
    .optional(),
  requestedBy: z.string('is missing; say who asks, such as "cfo@acme.example"').min(1).max(200),
  reason: z.string().max(1000).optional(),
  notAfter: z.iso
    .datetime({ offset: true, error: 'must be a moment such as 2026-12-01T00:00:00Z' })
    .optional(),
  dryRun: z.boolean('must be true or false').default(false),
  /** Of a rollback: the campaign that it takes back. */
  rollbackOf: z.string().optional(),
});

/** One request over many products. What concerns one product is checked with the requests of its members. */
export type CampaignRequest = z.output<typeof campaignSchema>;
export type ChangeFields = Readonly<Record<string, unknown>>;

/** Reads a request that was stored by us. */
export const storedCampaignSchema = campaignSchema;

/** Whether JSON asks for a campaign rather than for the change of one product. */
export const isCampaign = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && 'campaign' in json && !('product' in json);

/** @returns the request, or every problem with its path */
export function parseCampaign(json: unknown): Checked<CampaignRequest> {
  if (isTooDeep(json)) return rejected('(campaign)', 'is nested too deeply');
  const parsed = campaignSchema.safeParse(withoutOrigin(json));
  if (!parsed.success) return rejectedWith(problemsOf(parsed.error.issues, '(campaign)'));
  const problems = combinationProblems(parsed.data);
  return problems.length > 0 ? rejectedWith(problems) : accepted(parsed.data);
}

/** A file gives every request a key; a campaign has its own name. */
function withoutOrigin(json: unknown): unknown {
  if (!isCampaign(json)) return json;
  const { idempotencyKey: _, ...request } = json;
  return request;
}

/** What is said once, for all members. */
const WHOLE = [
  'idempotencyKey',
  'team',
  'requestedBy',
  'reason',
  'dryRun',
  'notAfter',
  'campaign',
  'returnOf',
];

const problem = (path: string, message: string): Problem => ({ path, message });

function combinationProblems(request: CampaignRequest): Problem[] {
  const { products, group, app, change: common, changes = [], except } = request;
  const problems: Problem[] = [];
  if (request.changes === undefined && common === undefined)
    problems.push(
      problem('change', 'is missing; it says what becomes of the prices, such as { "percent": -20 }'),
    );
  if (request.changes !== undefined && common !== undefined)
    problems.push(problem('change', 'changes says it for each product; remove one of them'));
  if (except !== undefined && group === undefined && app === undefined)
    problems.push(problem('except', 'is for a group or an app; leave the product out of the list'));
  const members = Math.max(products?.length ?? 0, changes.length);
  if (members > MAXIMUM_MEMBERS) problems.push(problem('products', tooMany(members)));
  if (JSON.stringify(request).length > LARGEST_REQUEST)
    problems.push(
      problem(
        '(campaign)',
        `is larger than ${LARGEST_REQUEST} characters; use equalizeFrom, index or percent instead of single prices`,
      ),
    );
  return [...selectionProblems(request), ...problems, ...misplacedFields(common, changes)];
}

function selectionProblems({ products, group, app, changes }: CampaignRequest): Problem[] {
  const lists = [products, group ?? app, changes].filter((list) => list !== undefined);
  const found = lists.length === 0 ? 'none of them is given' : 'several are given';
  return lists.length === 1
    ? []
    : [
        problem(
          'products',
          `exactly one of products, group or app, and changes says which products; ${found}`,
        ),
      ];
}

/** What is said once for the campaign, found in the change of a product. */
function misplacedFields(common: ChangeFields | undefined, changes: readonly ChangeFields[]): Problem[] {
  const places: [path: string, fields: ChangeFields][] = [
    ['change', common ?? {}],
    ...changes.map((fields, index): [string, ChangeFields] => [`changes.${index}`, fields]),
  ];
  const misplaced = places.flatMap(([path, fields]) =>
    WHOLE.filter((name) => name in fields).map((name) =>
      problem(`${path}.${name}`, 'is said once for the whole campaign; move it there'),
    ),
  );
  return common !== undefined && 'product' in common
    ? [...misplaced, problem('change.product', 'the products are named in products, group or app; remove it')]
    : misplaced;
}

export const tooMany = (members: number): string =>
  `${members} products are more than the ${MAXIMUM_MEMBERS} of one campaign; it is not cut in two: ask for several campaigns`;

/** What makes two campaigns the same. A dry run is no campaign, so it is left out. */
export const campaignFingerprint = ({ dryRun: _, ...request }: CampaignRequest): string =>
  sha256Hex(canonicalJson(request));

/** A product of a campaign. */
export type Member = { changeId: string; product: Product; label?: ProductLabel | undefined };

/** The idempotency key of a member: the same campaign always gives a product the same one. */
export const memberId = (campaign: string, { kind, id, plan }: Product): string =>
  `${campaign}/${kind}-${id}${plan === 'MONTHLY' ? '-MONTHLY' : ''}`;

const SUBSCRIPTIONS_ONLY = ['preserveCurrentPrice', 'dropVolumeTiers', 'introductoryOffer'];
const SCHEDULES_ONLY = ['follow', 'baseTerritory'];

/**
 * The change of one member as an ordinary request. Of fields that are the same for all products, those that are for
 * another kind of product are left out.
 *
 * @returns the request, or every problem, each path led by the product
 */
export function memberRequest(
  campaign: CampaignRequest,
  { changeId, product, label }: Member,
  index: number,
): Checked<PriceRequest> {
  const own = campaign.changes?.[index];
  const foreign = product.kind === 'subscription' ? SCHEDULES_ONLY : SUBSCRIPTIONS_ONLY;
  const fields =
    own ??
    Object.fromEntries(Object.entries(campaign.change ?? {}).filter(([name]) => !foreign.includes(name)));
  const parsed = parsePriceRequest({
    ...fields,
    idempotencyKey: changeId,
    team: campaign.team,
    product,
    requestedBy: campaign.requestedBy,
    ...(campaign.reason !== undefined && { reason: campaign.reason }),
    campaign: campaign.campaign,
  });
  return parsed.kind === 'ok' ? parsed : rejectedWith(ofProduct(product, label, parsed.problems));
}

/** Problems of one product among many. */
export const ofProduct = (
  product: Product,
  label: ProductLabel | undefined,
  problems: readonly Problem[],
): Problem[] =>
  problems.map(({ path, message }) => ({ path: `${productName(product, label)}: ${path}`, message }));
