import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';
import type { Problem } from '../../platform/errors.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { accepted, type Checked, rejected, rejectedWith } from '../../platform/validation/checked.ts';
import { currencySchema, territorySchema } from '../../platform/validation/codes.ts';
import { boundedProblems, isTooDeep } from '../../platform/validation/problems.ts';
import { isAmount } from './decimal.ts';
import { introductoryOfferSchema, offerCombinationProblems } from './introductory-offer.ts';
import { percentSchema } from './percent.ts';

const price = z
  .string('must be text in quotes, such as "49.99"')
  .refine(isAmount, 'must be a plain decimal number in quotes, such as "49.99": no sign, no separators');

const productSchema = z
  .strictObject({
    kind: z.enum(PRODUCT_KINDS, `must be one of ${PRODUCT_KINDS.join(', ')}`),
    id: z
      .string("must be Apple's number of the product, in quotes")
      .regex(/^\d{1,20}$/, "must be Apple's number of the product: digits only, not your own product ID"),
    plan: z.enum(['UPFRONT', 'MONTHLY'], 'must be UPFRONT or MONTHLY').optional(),
  })
  .refine(({ kind, plan }) => kind === 'subscription' || plan === undefined, {
    path: ['plan'],
    message: 'is for subscriptions only; remove it',
  });

const equalizeSchema = z
  .strictObject({
    territory: territorySchema,
    price,
    except: z.array(territorySchema).default([]),
    overrides: z.record(territorySchema, price).default({}),
  })
  .superRefine(({ territory: base, except, overrides }, context) => {
    for (const [index, name] of except.entries()) {
      const path = ['except', index];
      if (except.indexOf(name) < index) {
        context.addIssue({ code: 'custom', path, message: `${name} is named twice; remove one` });
      }
      if (name === base) {
        context.addIssue({ code: 'custom', path, message: `${name} is the base; it cannot be excepted` });
      }
      if (name in overrides) {
        context.addIssue({
          code: 'custom',
          path,
          message: `${name} is excepted and overridden; choose one`,
        });
      }
    }
    if (base in overrides) {
      context.addIssue({
        code: 'custom',
        path: ['overrides', base],
        message: 'is the base itself; remove it',
      });
    }
  });

const indexSchema = z
  .strictObject({
    territory: territorySchema,
    price,
    /** The price as a share of the equal price: 0.35 is 35 % of it. */
    factors: z
      .record(territorySchema, z.number().min(0.01, 'must be at least 0.01').max(10, 'must be at most 10'))
      .refine((factors) => Object.keys(factors).length > 0, 'must name at least one territory'),
    rounding: z.enum(['nearest', 'down', 'up'], 'must be nearest, down or up').default('nearest'),
    /** Preferred last digits, such as ".99": chosen where a price point close by has them. */
    endings: z.array(z.string().regex(/^\.?\d{1,3}$/, 'must be digits such as ".99"')).default([]),
  })
  .superRefine(({ territory: base, factors }, context) => {
    if (base in factors) {
      context.addIssue({
        code: 'custom',
        path: ['factors', base],
        message: 'is the base itself; remove it',
      });
    }
  });

/** A change's name within its team: the idempotency key of its request. */
export const changeIdSchema = namedSchema('is missing');

function namedSchema(missing: string) {
  return z
    .string(missing)
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/, 'must be 1 to 128 printable ASCII characters');
}

const START = 'must be a day such as 2026-12-01, or "now"';

const requestSchema = z.strictObject({
  idempotencyKey: namedSchema(
    'is missing; give each change a name of its own, such as "winter-sale-2026/pro-yearly"',
  ),
  team: z.string('is missing; name a team of the settings').min(1),
  product: productSchema,
  prices: z
    .record(territorySchema, price)
    .refine((prices) => Object.keys(prices).length > 0, 'must name at least one territory')
    .optional(),
  equalizeFrom: equalizeSchema.optional(),
  index: indexSchema.optional(),
  percent: percentSchema.optional(),
  /** In-app purchases and apps: territories that shall follow the base territory, without a price of their own. */
  follow: z
    .union(
      [z.literal('all'), z.array(territorySchema).min(1, 'must name at least one territory, or be "all"')],
      {
        error: 'must be "all" or a list of territories such as ["FRA"]',
      },
    )
    .optional(),
  /** In-app purchases and apps: the territory from whose price Apple makes all others. */
  baseTerritory: territorySchema.optional(),
  /** Takes away what is scheduled for later in the territories of the request, for every kind of product. */
  removeScheduled: z.boolean('must be true or false').optional(),
  /** Subscriptions of several seats: a new price takes volume tiers away, which cannot be read or restored here. */
  dropVolumeTiers: z.boolean('must be true or false').optional(),
  /** Subscriptions: the request is about introductory offers, and its prices are theirs. */
  introductoryOffer: introductoryOfferSchema.optional(),
  /** In which currency each price is meant; refused where Apple sells in another. */
  currencies: z.record(territorySchema, currencySchema).optional(),
  /** Of a rollback: the change that it takes back. */
  rollbackOf: z.string().optional(),
  /** Of a rollback: later changes of the same prices, which it undoes too. */
  undoes: z.array(z.string()).optional(),
  startDate: z.union([z.literal('now'), z.iso.date(START)], START).optional(),
  /** A temporary price: the first day without it. */
  until: z.iso.date('must be a day such as 2026-12-31').optional(),
  /** Of a way back: the temporary change that it ends. Set by this product only. */
  returnOf: z.string().optional(),
  /** Of a member of a campaign: the campaign. Set by this product only. */
  campaign: z.string().optional(),
  preserveCurrentPrice: z.boolean('must be true or false').optional(),
  dryRun: z.boolean('must be true or false').default(false),
  requestedBy: z.string('is missing; say who asks, such as "cfo@acme.example"').min(1).max(200),
  reason: z.string().max(1000).optional(),
  limits: z
    .strictObject({
      maxIncreasePercent: z.number().min(0).optional(),
      maxDecreasePercent: z.number().min(0).max(100).optional(),
    })
    .optional(),
  notAfter: z.iso
    .datetime({ offset: true, error: 'must be a moment such as 2026-12-01T00:00:00Z' })
    .optional(),
});

/** A price change as it was asked for, checked in itself. What depends on Apple is checked with the plan. */
export type PriceRequest = z.output<typeof requestSchema>;

/**
 * Reads a request: the detail of an event `Price Change Requested`, a direct invoke's payload, or a file.
 *
 * @returns the request, or every problem with its path
 */
export function parsePriceRequest(json: unknown): Checked<PriceRequest> {
  if (isTooDeep(json)) return rejected('(request)', 'is nested too deeply');
  const parsed = requestSchema.safeParse(json);
  const problems = [...(parsed.error?.issues.flatMap(toProblems) ?? []), ...combinationProblems(json)];
  return parsed.success && problems.length === 0
    ? accepted(parsed.data)
    : rejectedWith(boundedProblems(problems));
}

const outlineSchema = z.looseObject({
  product: z.looseObject({ kind: z.unknown() }).optional().catch(undefined),
});

/** How the parts fit together. Looked at apart from the parts, so that a fault in one hides no other. */
function combinationProblems(json: unknown): Problem[] {
  const outline = outlineSchema.safeParse(json);
  if (!outline.success) return [];
  const request = outline.data;
  if (request['introductoryOffer'] !== undefined)
    return offerCombinationProblems(request, request.product?.kind);
  const problems: Problem[] = [];
  const forms = ['prices', 'equalizeFrom', 'index', 'percent'].filter((name) => request[name] !== undefined);
  const needsNone = request['follow'] !== undefined || request['baseTerritory'] !== undefined;
  if (forms.length > 1 || (forms.length === 0 && !needsNone)) {
    const found = forms.length === 0 ? 'none of them is given' : `${forms.join(' and ')} are given`;
    problems.push({
      path: forms[1] ?? 'prices',
      message: `exactly one of prices, equalizeFrom, index and percent says the prices; ${found}`,
    });
  }
  const kind = request.product?.kind;
  if ((kind === 'inAppPurchase' || kind === 'app') && request['preserveCurrentPrice'] !== undefined) {
    problems.push({ path: 'preserveCurrentPrice', message: 'is for subscriptions only; remove it' });
  }
  for (const name of ['follow', 'baseTerritory']) {
    if (kind === 'subscription' && request[name] !== undefined)
      problems.push({
        path: name,
        message: 'is for in-app purchases and apps only: a subscription has no base territory; remove it',
      });
  }
  for (const name of ['follow', 'baseTerritory', 'removeScheduled', 'introductoryOffer'])
    if (request['until'] !== undefined && request[name] !== undefined)
      problems.push({ path: 'until', message: `is for prices; it cannot be combined with ${name}` });
  problems.push(...pricedAndFollowing(request));
  return problems;
}

const listsSchema = z.object({ prices: z.record(z.string(), z.unknown()), follow: z.array(z.unknown()) });

/** A territory either has a price of its own or follows the base. */
function pricedAndFollowing(request: unknown): Problem[] {
  const lists = listsSchema.safeParse(request);
  if (!lists.success) return [];
  const { prices, follow } = lists.data;
  return follow.flatMap((name, index) =>
    typeof name === 'string' && Object.hasOwn(prices, name)
      ? [{ path: `follow.${index}`, message: `${name} has a price in prices; choose one` }]
      : [],
  );
}

/** Reads a request that was stored by us. */
export const storedRequestSchema = requestSchema;

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is not part of a price change; remove it or correct its spelling',
    }));
  }
  // A wrong name in a record of territories is told by the rule for names, not as "invalid key".
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path: path.join('.'), message }));
  }
  return [{ path: path.join('.') || '(request)', message: issue.message }];
}

/**
 * What makes two requests the same: SHA-256 of the canonical request. A dry run is not a change, so it is left
 * out, and so are the plan that is meant anyway and what a rollback undoes besides; everything else counts.
 */
export function fingerprintOf({ dryRun: _, undoes: __, ...request }: PriceRequest): string {
  const { plan, ...product } = request.product;
  const canonical = { ...request, product: plan === 'UPFRONT' ? product : request.product };
  return sha256Hex(canonicalJson(canonical));
}

/** JSON with sorted keys and without what is undefined: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`);
  return `{${members.join(',')}}`;
}
