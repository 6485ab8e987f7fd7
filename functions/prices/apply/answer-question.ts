import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import { readEvent } from '../../platform/validation/incoming-event.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import type { FindProduct } from '../names/find-product.ts';
import { listProducts, type ProductCatalogue, type ProductListing } from '../names/list-products.ts';
import { productsOf } from '../names/products-of.ts';
import { storedRequestSchema } from '../request/price-request.ts';
import type { KnownProduct } from '../request/product.ts';
import { classifyPlanningError } from './context/retry-policy.ts';
import {
  answerOf,
  type DryRunAnswer,
  type DryRunDependencies,
  planDryRun,
  withinPatience,
} from './dry-run.ts';

/** How long the caller waits; absent: nobody does, and the whole invocation is used. */
const patienceMillis = z.number().optional();
const questions = {
  planOnly: z.object({ planOnly: storedRequestSchema, patienceMillis }),
  findProduct: z.object({
    findProduct: z.object({
      team: teamNameSchema,
      ref: z.object({
        name: z.string(),
        kind: z.enum(PRODUCT_KINDS).optional(),
        plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
      }),
    }),
  }),
  selectProducts: z.object({
    selectProducts: z.object({
      team: teamNameSchema,
      app: z.string().optional(),
      group: z.string().optional(),
    }),
  }),
  listProducts: z.object({
    listProducts: z.object({
      team: teamNameSchema,
      app: z.string().optional(),
      from: z.number().int().min(0).optional(),
    }),
    patienceMillis,
  }),
};

/** What answers need for an invocation with so many milliseconds left. */
export type QuestionDependencies = {
  planning: DryRunDependencies['planning'];
  base: Pick<DryRunDependencies, 'rules' | 'audit' | 'clock'>;
  priceLists(remainingMillis: () => number): DryRunDependencies['priceList'];
  findProducts(remainingMillis: () => number): FindProduct;
  catalogues(remainingMillis: () => number): (team: string) => ProductCatalogue;
};

export type QuestionAnswer =
  | DryRunAnswer
  | Outcome<KnownProduct>
  | Outcome<readonly KnownProduct[]>
  | Outcome<ProductListing>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * Answers other functions of this product, which may not read the price keys: with a plan, a product by its name, or the
 * list of products. Nothing is sent to Apple but reads. `undefined`: the event is no question.
 *
 * @throws JobError `EVENT_INVALID`
 */
export function answerQuestion(
  deps: QuestionDependencies,
  event: unknown,
  remainingMillis: () => number,
): Promise<QuestionAnswer> | undefined {
  if (!isObject(event)) return undefined;
  if ('planOnly' in event) return planOf(deps, event, remainingMillis);
  if ('findProduct' in event) {
    const { findProduct } = readEvent(questions.findProduct, event, 'There is no such product to find:');
    return deps.findProducts(remainingMillis)(findProduct.team, findProduct.ref);
  }
  if ('selectProducts' in event) {
    const { selectProducts } = readEvent(questions.selectProducts, event, 'There are no such products:');
    const catalogue = deps.catalogues(remainingMillis)(selectProducts.team);
    return classifyPlanningError(() => productsOf(catalogue, selectProducts));
  }
  return 'listProducts' in event ? listingOf(deps, event, remainingMillis) : undefined;
}

async function planOf(
  { base, planning, priceLists }: QuestionDependencies,
  event: unknown,
  remainingMillis: () => number,
): Promise<DryRunAnswer> {
  const { planOnly, patienceMillis: patience } = readEvent(
    questions.planOnly,
    event,
    'There is no such request to plan:',
  );
  const left = withinPatience(remainingMillis, patience);
  const dryRun = { ...base, planning, priceList: priceLists(left), remainingMillis: left };
  return answerOf(await planDryRun(dryRun, planOnly, patience === undefined));
}

async function listingOf(
  { priceLists, catalogues }: QuestionDependencies,
  event: unknown,
  remainingMillis: () => number,
): Promise<Outcome<ProductListing>> {
  const { listProducts: request, patienceMillis: patience } = readEvent(
    questions.listProducts,
    event,
    'There is no such list of products:',
  );
  const left = withinPatience(remainingMillis, patience);
  return classifyPlanningError(() =>
    listProducts(
      { catalogue: catalogues(left), priceList: priceLists(left), remainingMillis: left },
      request,
    ),
  );
}
