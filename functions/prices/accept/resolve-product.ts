import * as z from 'zod';
import type { Settings } from '../../platform/config/settings.ts';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import { JobError, type Problem } from '../../platform/errors.ts';
import { accepted, type Checked, rejectedWith } from '../../platform/validation/checked.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import type { FindProduct } from '../names/find-product.ts';
import { parsePriceRequest } from '../request/price-request.ts';
import type { ProductLabel } from '../request/product.ts';
import { productRefOf } from '../request/product-ref.ts';
import { teamProblem } from './check-request.ts';

/** A request whose product is named as Apple numbers it, and what people call it where that is known. */
export type NumberedRequest = { json: unknown; label?: ProductLabel };

const outline = z.looseObject({ team: teamNameSchema, product: z.unknown() });

/**
 * Puts Apple's number where a request names its product by product ID or bundle ID. Everything else is left to the
 * checks of the request.
 *
 * @throws JobError `PRODUCT_UNRESOLVED` when Apple cannot be asked now
 */
export async function resolveProduct(
  { findProduct, settings }: { findProduct: FindProduct; settings: Settings },
  json: unknown,
): Promise<Checked<NumberedRequest>> {
  const parsed = outline.safeParse(json);
  const ref = parsed.success ? productRefOf(parsed.data.product) : undefined;
  if (!parsed.success || ref === undefined) return accepted({ json });
  const { team } = parsed.data;
  // Of a team that may not change prices nothing is looked up: the checks say so.
  if (teamProblem(settings, team) !== undefined)
    return accepted({ json: { ...parsed.data, product: placeholder(parsed.data) } });
  const found = await findProduct(team, ref);
  switch (found.kind) {
    case 'ok':
      return accepted({ json: { ...parsed.data, product: found.value.product }, label: found.value.label });
    case 'rejected':
      return rejectedWith([...found.problems, ...otherProblems(parsed.data)]);
    case 'retry':
      throw new JobError({
        code: 'PRODUCT_UNRESOLVED',
        message: `The product "${ref.name}" cannot be looked up at Apple now: ${found.reason} Repeat the request.`,
        retryable: true,
      });
    default:
      return unreachable(found);
  }
}

/** What else is wrong with the request, so that everything is told at once. */
function otherProblems(request: Record<string, unknown>): readonly Problem[] {
  const parsed = parsePriceRequest({ ...request, product: placeholder(request) });
  return parsed.kind === 'rejected' ? parsed.problems : [];
}

/** A product of a kind for which the request's fields are meant. */
function placeholder(request: Record<string, unknown>) {
  const needsSchedule = request['follow'] !== undefined || request['baseTerritory'] !== undefined;
  return { kind: needsSchedule ? 'app' : 'subscription', id: '0' };
}
