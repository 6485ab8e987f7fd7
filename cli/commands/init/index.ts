import { basename, join, resolve } from 'node:path';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { knownReports, knownVersions } from '../../../functions/reports/catalogue/catalogue.ts';
import type { GlobalOptions, LocalContext, Register } from '../../context/context.ts';
import { packageVersion } from '../../context/package-version.ts';
import { cdkJsonIn, projectRegion } from '../../deployment/cdk-json.ts';
import { hasKeyFile } from '../../options/key-file.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import type { Io } from '../../terminal/io.ts';
import { printJson } from '../../terminal/table.ts';
import { askEmails, askFor, askForKey, askYes } from './ask-person.ts';
import { addInitOptions, givenKeys, type InitOptions, initOptions } from './init-options.ts';
import { nextSteps } from './next-steps.ts';
import {
  type ProjectFacts,
  pricesSecret,
  projectFiles,
  projectSettings,
  reportsSecret,
} from './project-files.ts';
import { type CheckedKey, checkKey, putKey, type StoredKey } from './project-keys.ts';
import { type FileResult, writeProject } from './write-project.ts';

const DIRECTORY = 'app-store-connect-back-office';

const REPORTS = [
  'SALES/SUMMARY/DAILY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
  'FINANCIAL/ZZ',
];

export const registerInit: Register = (program, _run, runAlone) => {
  addInitOptions(
    program
      .command('init')
      .argument('[directory]', 'where the project is made', DIRECTORY)
      .description('make a small CDK project of your own that deploys the jobs; never overwrites a file'),
  )
    .addHelpText(
      'after',
      `
What is not given is asked for at a terminal: team, vendor number, e-mail addresses, the keys with issuer and role, and
whether to put them into Secrets Manager. The settings are checked before anything is written; each key is tried at Apple.
Called again it writes only what is missing, and leaves a secret that is there as it is.

Examples:
  asc-jobs init my-back-office
  asc-jobs init my-back-office --team acme --vendor 85012345 --email ops@acme.example \\
    --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --put-key
  asc-jobs init my-back-office --prices --prices-p8 AuthKey_FGHIJ67890.p8 --prices-role APP_MANAGER \\
    --issuer 57246542-… --put-key`,
    )
    .action(runAlone(initOptions, (local, options, args) => init(local, options, args[0] ?? DIRECTORY)));
};

async function init(
  { io, json, program }: LocalContext,
  options: InitOptions,
  directory: string,
): Promise<ExitCode> {
  const path = resolve(directory);
  const facts = await factsOf(io, options, path);
  // Every mistake is told before anything is written.
  parseSettings(projectSettings(facts), [knownReports, knownVersions]);
  const keys = await checkedKeys(io, options, facts);
  if (keys === 'refused') return EXIT.problem;
  const files = writeProject(path, projectFiles(facts));
  // The project reads AWS_REGION first, too.
  const target = { ...program.opts<GlobalOptions>(), region: io.env['AWS_REGION'] || facts.region };
  const stored: StoredKey[] = [];
  for (const key of keys) stored.push(await putKey(io, target, key, options.putKey && options.yes));
  if (json) printJson(io, { directory: path, files, settings: projectSettings(facts), secrets: stored });
  else io.out(`${files.map(fileLine).join('\n')}\n\n${nextSteps(directory, facts, stored)}\n`);
  return EXIT.ok;
}

/** What the options say, or the project that is there already, or the person. */
async function factsOf(io: Io, options: InitOptions, directory: string): Promise<ProjectFacts> {
  const there = cdkJsonIn(join(directory, 'cdk.json'));
  const existing = there && parseSettings(there.context.appStoreConnect);
  const [known] = existing?.teams ?? [];
  const team =
    options.team ??
    known?.name ??
    (await askFor(io, 'Team, as settings and commands call it (a-z, 0-9, -): ', '--team'));
  const vendor =
    options.vendor ??
    known?.vendors[0]?.number ??
    (await askFor(io, 'Vendor number, as under Payments and Financial Reports: ', '--vendor'));
  const emails =
    options.email.length > 0 ? options.email : (existing?.notify.emails ?? (await askEmails(io)));
  const isToChangePrices = options.prices || hasKeyFile(givenKeys(options).prices);
  return {
    name: packageName(directory),
    team,
    vendor,
    reports: REPORTS,
    emails,
    region: regionOf(options.region ?? projectRegion(io.env, there) ?? 'us-east-1'),
    withPrices:
      isToChangePrices ||
      (existing === undefined
        ? await askYes(io, 'Is the team to change prices, too?')
        : known?.keys.prices !== undefined),
    packageSpec: options.package ?? `^${packageVersion()}`,
  };
}

/** The folder's name as npm takes one for a package. */
const packageName = (directory: string): string =>
  basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replace(/^-|-$/g, '') || DIRECTORY;

/** It becomes part of the project's code. */
function regionOf(region: string): string {
  if (/^[a-z0-9-]{1,50}$/.test(region)) return region;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message: `${JSON.stringify(region)} is no AWS region; give one such as eu-central-1 with --region or AWS_REGION.`,
    retryable: false,
  });
}

/** The keys that were given or named by the person, each tried at Apple. */
async function checkedKeys(
  io: Io,
  options: InitOptions,
  { team, vendor, withPrices }: ProjectFacts,
): Promise<CheckedKey[] | 'refused'> {
  const given = givenKeys(options);
  const reports = await askForKey(io, given.reports, {
    what: 'reports',
    roles: 'Finance is enough',
    flags: { keyId: '--key-id' },
  });
  const issuer = given.prices.issuer ?? reports?.issuer;
  const prices = !withPrices
    ? undefined
    : await askForKey(
        io,
        { ...given.prices, issuer },
        { what: 'prices', roles: 'App Manager or Admin', flags: { keyId: '--prices-key-id' } },
      );
  const uses = [
    { key: reports, job: 'reports', secretName: reportsSecret(team) },
    { key: prices, job: 'prices', secretName: pricesSecret(team) },
  ] as const;
  const checked: CheckedKey[] = [];
  for (const { key, job, secretName } of uses) {
    if (key === undefined) continue;
    const found = await checkKey(io, key, { job, secretName, vendor });
    if (found === 'refused') return found;
    checked.push(found);
  }
  if (!options.putKey || checked.length > 0) return checked;
  throw new JobError({
    code: 'KEY_OPTIONS_MISSING',
    message:
      'Say which key --put-key should put: --p8 AuthKey_ABCDE12345.p8 --issuer ISSUER-ID, or --prices-p8 for that of prices.',
    retryable: false,
  });
}

const FILE_WORDS: Record<FileResult['result'], string> = {
  written: 'written',
  same: 'there already',
  kept: 'kept as it is: somebody has changed it',
};
const fileLine = ({ file, result }: FileResult): string => `${file}: ${FILE_WORDS[result]}`;
