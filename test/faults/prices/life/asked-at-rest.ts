import assert from 'node:assert/strict';
import type { Settings } from '../../../../functions/platform/config/settings.ts';
import { someMustAgree } from '../../../../functions/prices/consent/circumstances.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import { planSchema } from '../../../../functions/prices/store/plan-store.ts';

/**
 * Nothing was sent to which subscribers must agree without the approval that the team wants then, and no new price of a
 * subscription with several seats without the word that its volume tiers may go.
 *
 * @param audits plans by their key, as JSON
 * @param teamWithSeats whose subscription can hold several seats
 * @returns how many changes needed the approval, and how many lacked the word
 */
export function assertAsked(
  { teams }: Settings,
  changes: readonly ChangeRecord[],
  audits: ReadonlyMap<string, string>,
  teamWithSeats: string,
): { consent: number; seats: number } {
  const counts = { consent: 0, seats: 0 };
  for (const { team, changeId, request, planKeys, everSent, approval } of changes) {
    const isPrice = request.product.kind === 'subscription' && request.introductoryOffer === undefined;
    if (isPrice && team === teamWithSeats && request.dropVolumeTiers !== true) {
      counts.seats += 1;
      assert.ok(!everSent, `${team} ${changeId}: sent, though volume tiers may be lost`);
    }
    const rules = teams.find(({ name }) => name === team)?.prices;
    if (rules?.approvalForConsent !== true || request.returnOf !== undefined) continue;
    const plans = planKeys.map((key) => planSchema.parse(JSON.parse(audits.get(key) ?? '{}')));
    const asks = plans.some(
      ({ circumstances, steps }) =>
        steps.length > 0 && circumstances !== undefined && someMustAgree(circumstances),
    );
    if (!asks) continue;
    counts.consent += 1;
    assert.ok(!everSent || approval !== undefined, `${team} ${changeId}: sent without an approval`);
  }
  return counts;
}
