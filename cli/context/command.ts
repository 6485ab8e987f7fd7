import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { KEY_JOBS, type KeyUse, keyUseName, keyUsesOf } from '../../functions/keys/store/key-use.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { type Aws, connectAws } from '../deployment/aws.ts';
import { type DeploymentTarget, findDeployment, type GlobalOptions } from '../deployment/deployment.ts';
import type { ExitCode, Io } from '../terminal/io.ts';

/** What a command's action gets besides its own options. */
export type Context = DeploymentTarget & { io: Io; json: boolean; aws: Aws };

/**
 * Adds one command, or a group of them, to the program. `run` turns an action into one of commander's; `runAlone`
 * does so for a command that needs no deployment.
 */
export type Register = (program: Command, run: Run, runAlone: RunAlone) => void;

/** As {@link Run}, without a deployment. `program`: the whole command. */
export type RunAlone = <Options extends z.ZodType>(
  options: Options,
  action: (
    alone: { io: Io; json: boolean; program: Command },
    options: z.output<Options>,
    args: readonly string[],
  ) => Promise<ExitCode>,
) => (...args: unknown[]) => Promise<void>;

/**
 * Makes an action of commander's.
 *
 * @param options the form of the command's own options
 * @param action gives the exit code; `args` are what stands beside the options
 */
export type Run = <Options extends z.ZodType>(
  options: Options,
  action: (context: Context, options: z.output<Options>, args: readonly string[]) => Promise<ExitCode>,
) => (...args: unknown[]) => Promise<void>;

/** Connects to what the global options name. */
export function contextOf(options: GlobalOptions, io: Io): Context {
  const target = findDeployment(options, io.env);
  const aws = connectAws({
    stage: options.stage,
    ...(target.endpoint !== undefined && { endpoint: target.endpoint }),
  });
  return { ...target, io, json: options.json === true, aws };
}

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

export function placeOf(context: Context, { team, job }: PlaceOptions): KeyUse {
  const place = keyUsesOf(context.settings).find((one) => one.team === team && one.job === job);
  if (place !== undefined) return place;
  throw unknownPlace(keyUsesOf(context.settings).map(keyUseName).join(', '), `a key ${team}/${job}`);
}

const unknownPlace = (known: string, wanted: string): JobError =>
  new JobError({
    code: 'UNKNOWN_KEY',
    message: `The settings do not name ${wanted}; they name ${known}.`,
    retryable: false,
  });

export function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 18) return minutes;
  throw new InvalidArgumentError('A token lives 1 to 18 minutes.');
}
