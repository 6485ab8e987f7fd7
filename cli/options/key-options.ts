import { Option } from 'commander';
import * as z from 'zod';
import { KEY_JOBS, type KeyUse, keyUseName, keyUsesOf } from '../../functions/keys/store/key-use.ts';
import { JobError } from '../../functions/platform/errors.ts';
import type { Context } from '../context/context.ts';

/** The options that name a key. */
export const placeOptions = z.object({ team: z.string(), job: z.enum(KEY_JOBS) });
export type PlaceOptions = z.output<typeof placeOptions>;

export const teamOption = (): Option => new Option('--team <name>', 'the team, as the settings name it');

export const jobOption = (): Option =>
  new Option('--job <job>', 'what the key is for').choices(KEY_JOBS).default('reports');

/** The keys that the settings name, of one team or of all. */
export function placesOf({ settings }: Context, team: string | undefined): KeyUse[] {
  const places = keyUsesOf(settings).filter((place) => team === undefined || place.team === team);
  if (places.length > 0) return places;
  throw unknownPlace(settings.teams.map(({ name }) => name).join(', '), `a team "${team}"`);
}

/** @throws JobError `UNKNOWN_KEY` */
export function placeOf({ settings }: Context, { team, job }: PlaceOptions): KeyUse {
  const place = keyUsesOf(settings).find((one) => one.team === team && one.job === job);
  if (place !== undefined) return place;
  throw unknownPlace(keyUsesOf(settings).map(keyUseName).join(', '), `a key ${team}/${job}`);
}

const unknownPlace = (known: string, requested: string): JobError =>
  new JobError({
    code: 'UNKNOWN_KEY',
    message: `The settings do not name ${requested}; they name ${known}.`,
    retryable: false,
  });
