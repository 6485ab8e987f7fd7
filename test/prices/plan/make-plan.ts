import assert from 'node:assert/strict';
import { makePlan } from '../../../functions/prices/apply/context/make-plan.ts';
import type { Plan } from '../../../functions/prices/plan/plan.ts';
import type { PlanEntry } from '../../../functions/prices/plan/plan-entry.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';

import { fakePriceList, stateOf } from '../fake-price-list.ts';
import { OPEN_RULES, requestOf } from '../request/requests.ts';

/** An in-app purchase: USA is the base, FRA and JPN follow it, GBR has a price of its own. */
export const purchase = (more: Parameters<typeof stateOf>[0] = {}): PriceState =>
  stateOf({
    present: { USA: '9.99', FRA: '10.99', GBR: '8.99', JPN: '1500' },
    automatic: ['FRA', 'JPN'],
    baseTerritory: 'USA',
    ...more,
  });

export type Kind = 'subscription' | 'inAppPurchase' | 'app';

/** Plans a request against a state, with limits that let everything pass unless told. */
export async function planning(
  state: PriceState,
  wish: Record<string, unknown>,
  {
    kind = 'subscription',
    limits = {},
    writes = 'auto',
    postponedTo,
  }: {
    kind?: Kind;
    limits?: Record<string, unknown>;
    writes?: 'auto' | 'bulk';
    postponedTo?: string;
  } = {},
): Promise<{ plan: Plan } | { problems: string[] }> {
  const request = requestOf({ product: { kind, id: '1' }, ...wish });
  const made = await makePlan(
    fakePriceList(state, kind, writes),
    { ...OPEN_RULES, ...limits },
    { team: 'acme', changeId: 'sale', request, postponedTo },
  );
  return made.kind === 'ok'
    ? { plan: made.value }
    : { problems: made.problems.map(({ path, message }) => `${path}: ${message}`) };
}

export async function planFor(...args: Parameters<typeof planning>): Promise<Plan> {
  const made = await planning(...args);
  if ('problems' in made) throw new Error(made.problems.join('\n'));
  return made.plan;
}

export async function problemsFor(...args: Parameters<typeof planning>): Promise<string[]> {
  const made = await planning(...args);
  return 'problems' in made ? made.problems : [];
}

/** One territory of a plan. */
export function entry(plan: Plan, territory: string): PlanEntry {
  const found = plan.entries.find((each) => each.territory === territory);
  if (found === undefined)
    throw new Error(`no ${territory} among ${plan.entries.map((each) => each.territory)}`);
  return found;
}

/** What a plan does, in short: `USA change 9.99→14.99 from 2026-11-25`. */
export const summary = (plan: Plan): string[] =>
  plan.entries.map(
    ({ territory, kind, present, target, startDate }) =>
      `${territory} ${kind} ${present?.price ?? '-'}→${target.price}${startDate === null ? '' : ` from ${startDate}`}`,
  );

/** The rows of the one write, as `point from–until`. */
export function rowsOf({ steps }: Plan): string[] {
  assert.ok(steps.length <= 1);
  const body = JSON.parse(JSON.stringify(steps[0]?.write.body ?? { included: [] }));
  const rows: {
    attributes: { startDate: string | null; endDate: string | null };
    relationships: Record<string, { data: { id: string } }>;
  }[] = body.included;
  return rows.map(
    ({ attributes: { startDate, endDate }, relationships }) =>
      `${(relationships['inAppPurchasePricePoint'] ?? relationships['appPricePoint'])?.data.id} ${startDate ?? ''}–${endDate ?? ''}`,
  );
}
