import { JobError, type Problem } from '../../../platform/errors.ts';
import { accepted, type Checked, rejectedWith } from '../../../platform/validation/checked.ts';
import { type Outcome, unreachable } from '../../../platform/validation/outcome.ts';
import { boundedProblems } from '../../../platform/validation/problems.ts';
import type { FindProduct } from '../../names/find-product.ts';
import type { FindProducts } from '../../names/products-of.ts';
import { type KnownProduct, productKey } from '../../request/product.ts';
import { productRefOf } from '../../request/product-ref.ts';
import {
  type CampaignRequest,
  MAXIMUM_MEMBERS,
  type Member,
  memberId,
  memberRequest,
  tooMany,
} from '../model/campaign-request.ts';

export type ExpandDependencies = { findProduct: FindProduct; findProducts: FindProducts };

type NamedProduct = NonNullable<CampaignRequest['products']>[number];
type Found = Pick<Member, 'product' | 'label'>;

/**
 * The products of a campaign, each with the name of its change, and every problem of every member that can be seen
 * without its prices.
 *
 * @throws JobError `PRODUCT_UNRESOLVED` when Apple cannot be asked now
 */
export async function expandCampaign(
  deps: ExpandDependencies,
  request: CampaignRequest,
): Promise<Checked<Member[]>> {
  const found = await productsOf(deps, request);
  if (found.kind === 'rejected') return found;
  const members = found.value.map(
    ({ product, label }): Member => ({
      changeId: memberId(request.campaign, product),
      product,
      ...(label && { label }),
    }),
  );
  const problems: Problem[] = [
    ...(members.length > MAXIMUM_MEMBERS ? [{ path: 'products', message: tooMany(members.length) }] : []),
    ...members.flatMap((member, index, all) => {
      const key = productKey(request.team, member.product);
      const isRepeated = all.findIndex((named) => productKey(request.team, named.product) === key) < index;
      return isRepeated
        ? [{ path: `products.${index}`, message: `${member.changeId} is named twice; remove one` }]
        : [];
    }),
    ...members.flatMap((member, index) => {
      const checked = memberRequest(request, member, index);
      return checked.kind === 'rejected' ? checked.problems : [];
    }),
  ];
  return problems.length > 0 ? rejectedWith(boundedProblems(problems)) : accepted(members);
}

async function productsOf(deps: ExpandDependencies, request: CampaignRequest): Promise<Checked<Found[]>> {
  const { team, app, group, except = [] } = request;
  const list = request.products ?? request.changes?.map(({ product }) => product);
  if (list !== undefined) return listed(deps, team, list);
  const all = known(await deps.findProducts({ team, app, group }), 'The products');
  if (all.kind === 'rejected') return all;
  const unknown = except.filter((name) => !all.value.some((product) => isNamed(product, name)));
  return unknown.length > 0
    ? rejectedWith(
        unknown.map((name) => ({
          path: 'except',
          message: `"${name}" is none of the products: ${all.value.map(({ label }) => label.productId).join(', ')}`,
        })),
      )
    : accepted(all.value.filter((product) => !except.some((name) => isNamed(product, name))));
}

const isNamed = ({ product, label }: KnownProduct, name: string): boolean =>
  product.id === name || label.productId === name;

async function listed(
  { findProduct }: ExpandDependencies,
  team: string,
  list: readonly NamedProduct[],
): Promise<Checked<Found[]>> {
  const found: Found[] = [];
  const problems: Problem[] = [];
  // One after the other: the first search for a name reads every app, and answers for the next ones.
  for (const [index, name] of list.entries()) {
    const ref = productRefOf(name);
    if (ref !== undefined) {
      const one = known(await findProduct(team, ref), `The product "${ref.name}"`);
      if (one.kind === 'ok') found.push(one.value);
      else problems.push(...one.problems.map(({ message }) => ({ path: `products.${index}`, message })));
      continue;
    }
    if (typeof name !== 'string' && name.kind !== undefined)
      found.push({
        product: { kind: name.kind, id: name.id, ...(name.plan !== undefined && { plan: name.plan }) },
      });
    else
      problems.push({
        path: `products.${index}`,
        message: `"${typeof name === 'string' ? name : name.id}" is a number: say its kind as well, as in { "kind": "subscription", "id": "6448311069" }`,
      });
  }
  return problems.length > 0 ? rejectedWith(problems) : accepted(found);
}

function known<T>(outcome: Outcome<T>, what: string): Checked<T> {
  switch (outcome.kind) {
    case 'ok':
    case 'rejected':
      return outcome;
    case 'retry':
      throw new JobError({
        code: 'PRODUCT_UNRESOLVED',
        message: `${what} cannot be looked up at Apple now: ${outcome.reason} Repeat the request.`,
        retryable: true,
      });
    default:
      return unreachable(outcome);
  }
}
