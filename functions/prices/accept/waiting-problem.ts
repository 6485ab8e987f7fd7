import type { Settings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';

/** A plan is out of date by then; nobody is going to approve it. */
const APPROVAL_DAYS = 14;

/** Why a change or a campaign that waits for its approval cannot go on any more. */
export function waitingProblem(
  { clock, settings }: { clock: Clock; settings: Settings },
  {
    team,
    request,
    movedAt,
  }: { team: string; request: { notAfter?: string | undefined }; movedAt: EpochMillis },
): Problem | undefined {
  const now = clock.now();
  const { notAfter } = request;
  if (notAfter !== undefined && Date.parse(notAfter) < now)
    return { path: 'notAfter', message: `${notAfter} passed before anybody approved` };
  if (now - movedAt > APPROVAL_DAYS * DAY_MILLIS)
    return { path: '(approval)', message: `nobody approved or declined it within ${APPROVAL_DAYS} days` };
  const found = settings.teams.find(({ name }) => name === team);
  return found?.keys.prices === undefined || found.prices === undefined
    ? { path: 'team', message: `team ${team} has no price key or no price settings any more` }
    : undefined;
}
