import { Option } from 'commander';
import * as z from 'zod';
import { KEY_JOBS, type KeyUse, keyUseName, keyUsesOf } from '../../functions/keys/store/key-use.ts';
import { JobError } from '../../functions/platform/errors.ts';
import type { Context } from '../context/context.ts';
import { chosenTeams } from './team-option.ts';

/** The options that name a key by its use. */
export const keyUseOptions = z.object({ team: z.string(), job: z.enum(KEY_JOBS) });
export type KeyUseOptions = z.output<typeof keyUseOptions>;

export const jobOption = (): Option =>
  new Option('--job <job>', 'what the key is for').choices(KEY_JOBS).default('reports');

/**
 * The keys that the settings name, of one team or of all.
 *
 * @throws JobError `UNKNOWN_TEAM`
 */
export const chosenKeyUses = (context: Pick<Context, 'settings'>, team: string | undefined): KeyUse[] =>
  keyUsesOf({ ...context.settings, teams: chosenTeams(context, team) });

/** @throws JobError `UNKNOWN_TEAM`, `UNKNOWN_KEY` */
export function chosenKeyUse(context: Pick<Context, 'settings'>, { team, job }: KeyUseOptions): KeyUse {
  const ofTeam = chosenKeyUses(context, team);
  const found = ofTeam.find((keyUse) => keyUse.job === job);
  if (found !== undefined) return found;
  throw new JobError({
    code: 'UNKNOWN_KEY',
    message: `The settings do not name a key ${team}/${job}; they name ${ofTeam.map(keyUseName).join(', ')}.`,
    retryable: false,
  });
}
