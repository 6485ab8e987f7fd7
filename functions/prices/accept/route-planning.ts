import * as z from 'zod';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import { rejected } from '../../platform/validation/checked.ts';
import type { AskForProducts } from '../ask/product-list-client.ts';
import { planChange } from './accept-change.ts';
import type { PlanDependencies } from './accept-dependencies.ts';
import { teamProblem } from './check-request.ts';

export type PlanningDependencies = PlanDependencies & { askForProducts: AskForProducts };

const listing = z.object({
  listProducts: z.object({
    team: teamNameSchema,
    app: z.string().max(255).optional(),
    from: z.number().int().min(0).optional(),
  }),
});

/** A request for a plan, or `{ listProducts: { team, app, from } }`. Nothing is registered or sent. */
export async function routePlanning(deps: PlanningDependencies, event: unknown): Promise<unknown> {
  const asked = listing.safeParse(event);
  if (!asked.success) return planChange(deps, event);
  const problem = teamProblem(deps.settings, asked.data.listProducts.team);
  return problem === undefined
    ? deps.askForProducts(asked.data.listProducts)
    : rejected(problem.path, problem.message);
}
