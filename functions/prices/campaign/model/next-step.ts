import type { Problem } from '../../../platform/errors.ts';
import { type ChangeRecord, isOver } from '../../store/change-record.ts';
import { type CampaignRecord, isCampaignOver, type MemberRecords, owesReturn } from './campaign-record.ts';
import { ofProduct } from './campaign-request.ts';

/** What a campaign needs next. `members`: indexes into the record's members. */
export type CampaignStep =
  /** Members are at work, or nothing is left to do. */
  | { kind: 'none' }
  /** Members that were never registered: a worker died in between. */
  | { kind: 'register'; members: readonly number[] }
  /** Every member is planned, and none refused: the whole is judged. */
  | { kind: 'judge' }
  /** The plan of a member is another one than the campaign's plan holds. */
  | { kind: 'judgeAgain' }
  | { kind: 'reject'; problems: readonly Problem[] }
  | { kind: 'release'; members: readonly number[] }
  | {
      kind: 'finish';
      state: 'applied' | 'partlyApplied' | 'failed';
      outcome: string;
      problems: readonly Problem[];
    }
  /** The campaign is over, and members still wait: they are withdrawn. */
  | { kind: 'withdrawMembers'; members: readonly number[] }
  | { kind: 'close' }
  | { kind: 'return'; outcome: string };

const NONE: CampaignStep = { kind: 'none' };

/**
 * Decides what a campaign needs, from its record and those of its members. Pure, so that every worker that looks at the
 * same records decides the same; whoever is too late fails at the record's revision.
 */
export function nextCampaignStep(campaign: CampaignRecord, members: MemberRecords): CampaignStep {
  switch (campaign.state) {
    case 'planning':
      return whilePlanning(campaign, members);
    case 'awaitingApproval':
      return NONE;
    case 'underWay':
      return whileUnderWay(campaign, members);
    default:
      return afterwards(campaign, members);
  }
}

const isAtRest = (member: ChangeRecord | undefined): boolean =>
  member !== undefined && (member.state === 'planned' || isOver(member));

function whilePlanning(campaign: CampaignRecord, members: MemberRecords): CampaignStep {
  const missing = indexesOf(members, (member) => member === undefined);
  if (missing.length > 0) return { kind: 'register', members: missing };
  // Every problem of every product is told at once, so all are waited for.
  if (!members.every(isAtRest)) return NONE;
  // mutation: campaign-whole
  if (members.every(isWilling)) return { kind: 'judge' };
  return { kind: 'reject', problems: problemsOf(campaign, members, (member) => !isWilling(member)) };
}

const isWilling = (member: ChangeRecord | undefined): boolean =>
  member?.state === 'planned' || member?.state === 'applied';

function whileUnderWay(campaign: CampaignRecord, members: MemberRecords): CampaignStep {
  const waiting = indexesOf(members, (member) => member?.state === 'planned');
  // mutation: campaign-as-planned
  const asPlanned = waiting.filter(
    (index) => members[index]?.planSha256 === campaign.members[index]?.planSha256,
  );
  if (asPlanned.length > 0) return { kind: 'release', members: asPlanned };
  const isBusy = members.some((member) => member === undefined || !isAtRest(member));
  if (waiting.length > 0) return isBusy ? NONE : { kind: 'judgeAgain' };
  return isBusy ? NONE : finished(campaign, members);
}

function finished(campaign: CampaignRecord, members: MemberRecords): CampaignStep {
  const applied = members.filter((member) => member?.state === 'applied').length;
  if (applied === members.length)
    return { kind: 'finish', state: 'applied', outcome: `applied: all ${applied} products`, problems: [] };
  const problems = problemsOf(campaign, members, (member) => member?.state !== 'applied');
  const states = [...Map.groupBy(members, (member) => member?.state ?? 'missing')]
    .map(([state, list]) => `${list.length} ${state}`)
    .toSorted();
  const sentAny = members.some((member) => member?.everSent === true);
  return {
    kind: 'finish',
    state: sentAny ? 'partlyApplied' : 'failed',
    outcome: `${sentAny ? 'partly applied' : 'failed'}: ${states.join(', ')} of ${members.length} products`,
    problems,
  };
}

function afterwards(campaign: CampaignRecord, members: MemberRecords): CampaignStep {
  if (!campaign.closed) {
    const waiting = indexesOf(
      members,
      (member) => member?.state === 'planned' || (member?.state === 'accepted' && !member.everSent),
    );
    // mutation: campaign-withdraws-members
    if (waiting.length > 0) return { kind: 'withdrawMembers', members: waiting };
    return members.every((member) => member === undefined || isOver(member)) ? { kind: 'close' } : NONE;
  }
  if (!isCampaignOver(campaign) || !owesReturn(campaign)) return NONE;
  const returning = members.filter((member) => member?.wayBack !== undefined);
  const back = returning.filter((member) => member?.wayBack?.outcome !== undefined);
  if (back.length < returning.length) return NONE;
  const outcomes = [
    ...new Set(
      back.map(
        (member) => `${member?.label?.productId || member?.request.product.id}: ${member?.wayBack?.outcome}`,
      ),
    ),
  ];
  return { kind: 'return', outcome: outcomes.join('; ') };
}

const indexesOf = (members: MemberRecords, wanted: (member: ChangeRecord | undefined) => boolean): number[] =>
  members.flatMap((member, index) => (wanted(member) ? [index] : []));

/** Why members did not end well, each led by its product. */
function problemsOf(
  campaign: CampaignRecord,
  members: MemberRecords,
  wanted: (member: ChangeRecord | undefined) => boolean,
): Problem[] {
  return indexesOf(members, wanted).flatMap((index) => {
    const member = members[index];
    const named = campaign.members[index];
    if (named === undefined) return [];
    const { changeId, product } = named;
    const own = member?.problems ?? [];
    const problems =
      own.length > 0
        ? own
        : [{ path: changeId, message: member?.outcome ?? `is ${member?.state ?? 'not registered'}` }];
    return ofProduct(product, named.label ?? member?.label, problems);
  });
}

/** `3 of 5 products applied, 1 failed`; for people. */
export function campaignProgress(members: MemberRecords): string {
  const count = (state: ChangeRecord['state']): number =>
    members.filter((member) => member?.state === state).length;
  const bad = (['failed', 'unsettled', 'rejected', 'withdrawn', 'declined'] as const)
    .map((state) => [state, count(state)] as const)
    .filter(([, number]) => number > 0)
    .map(([state, number]) => `, ${number} ${state}`);
  return `${count('applied')} of ${members.length} products applied${bad.join('')}`;
}
