import type { ChangeRecord } from '../../store/change-record.ts';
import { advanceCampaign } from './advance-campaign.ts';
import type { CampaignDependencies } from './campaign-dependencies.ts';

/**
 * Goes on with the campaign of a change that rests. A failure is logged and not thrown: the change itself has ended
 * well, and the sweep wakes the campaign.
 */
export const goOnWithCampaign =
  (deps: CampaignDependencies) =>
  async ({ team, changeId, request }: ChangeRecord): Promise<void> => {
    if (request.campaign === undefined || request.returnOf !== undefined) return;
    try {
      await advanceCampaign(deps, team, request.campaign);
    } catch (error) {
      const { campaign } = request;
      deps.log.error('A campaign could not go on; the sweep tries again', {
        team,
        campaign,
        changeId,
        error,
      });
    }
  };
