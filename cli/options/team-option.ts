import { Option } from 'commander';
import type { TeamSettings } from '../../functions/platform/config/settings.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { closestMatches } from '../../functions/platform/util/closest-matches.ts';
import type { Context } from '../context/context.ts';

export const teamOption = (): Option => new Option('--team <name>', 'the team, as the settings name it');

/**
 * The teams of the settings, or the one that was named.
 *
 * @throws JobError `UNKNOWN_TEAM`, before anything is read: of a mistyped team there would be nothing, which is no answer
 */
export function chosenTeams(
  { settings: { teams } }: Pick<Context, 'settings'>,
  team: string | undefined,
): TeamSettings[] {
  const chosen = teams.filter(({ name }) => team === undefined || name === team);
  if (team === undefined || chosen.length > 0) return chosen;
  const names = teams.map(({ name }) => name);
  const [meant] = closestMatches(team, names);
  throw new JobError({
    code: 'UNKNOWN_TEAM',
    message: `The settings name no team "${team}". ${meant === undefined ? `They name ${names.join(', ')}.` : `Did you mean ${meant}?`}`,
    retryable: false,
  });
}
