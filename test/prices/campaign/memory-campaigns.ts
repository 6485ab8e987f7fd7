import type { Clock } from '../../../functions/platform/util/clock.ts';
import { type CampaignRecord, needsCare } from '../../../functions/prices/campaign/model/campaign-record.ts';
import {
  applyCampaignTransition,
  CampaignConflictError,
} from '../../../functions/prices/campaign/model/campaign-transitions.ts';
import type { CampaignLedger } from '../../../functions/prices/campaign/store/campaign-ledger.ts';
import { copyOf } from '../memory.ts';

export type CampaignData = Record<string, CampaignRecord>;

/** The ledger of campaigns in memory: the same transitions, refused for the same reasons. */
export function memoryCampaigns(data: CampaignData, clock: Clock): CampaignLedger {
  const nameOf = (team: string, campaign: string): string => `${team}#${campaign}`;
  return {
    campaign: async (team, campaign) => copyOf(data[nameOf(team, campaign)]),
    claim: async (record) => {
      const name = nameOf(record.team, record.campaign);
      if (data[name] !== undefined) return copyOf(data[name]);
      data[name] = copyOf(record);
      return undefined;
    },
    transition: async (record, transition) => {
      const after = applyCampaignTransition(record, transition, clock.now());
      const name = nameOf(record.team, record.campaign);
      if (data[name]?.rev !== record.rev) throw new CampaignConflictError(record, 'has moved since');
      data[name] = copyOf(after);
      return after;
    },
    open: async function* () {
      for (const record of Object.values(data)) if (needsCare(record)) yield copyOf(record);
    },
  };
}
