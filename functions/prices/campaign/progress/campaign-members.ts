import type { Problem } from '../../../platform/errors.ts';
import { forEachConcurrently } from '../../../platform/util/concurrency.ts';
import { unreachable } from '../../../platform/validation/outcome.ts';
import { requestChange } from '../../accept/accept-change.ts';
import type { RequestDependencies } from '../../accept/accept-dependencies.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import { memberRequest, ofProduct } from '../model/campaign-request.ts';

const CONCURRENCY = 8;

/** The records of all members, in the order of the campaign. `undefined`: not registered. */
export async function readMembers(
  { ledger }: { ledger: Pick<PriceLedger, 'change'> },
  { team, members }: Pick<CampaignRecord, 'team' | 'members'>,
): Promise<(ChangeRecord | undefined)[]> {
  const records = new Map<string, ChangeRecord | undefined>();
  await forEachConcurrently(members, CONCURRENCY, async ({ changeId }) => {
    records.set(changeId, await ledger.change(team, changeId));
  });
  return members.map(({ changeId }) => records.get(changeId));
}

/**
 * Registers members as ordinary changes, each under its own key, so that a repeat registers none twice. They are
 * planned, and then wait for the campaign.
 *
 * @returns why members were refused
 */
export async function registerMembers(
  deps: RequestDependencies,
  record: CampaignRecord,
  indexes: readonly number[] = record.members.map((_, index) => index),
): Promise<Problem[]> {
  const problems: Problem[] = [];
  await forEachConcurrently(indexes, CONCURRENCY, async (index) => {
    const member = record.members[index];
    if (member === undefined) return;
    const request = memberRequest(record.request, member, index);
    switch (request.kind) {
      case 'rejected':
        problems.push(...request.problems);
        return;
      case 'ok': {
        const answer = await requestChange(deps, request.value, false, member.label);
        if (answer.status === 'rejected')
          problems.push(...ofProduct(member.product, member.label, answer.problems ?? []));
        return;
      }
      default:
        unreachable(request);
    }
  });
  return problems;
}
