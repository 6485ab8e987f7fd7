import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { examineKey } from '../../../functions/keys/check/examine-key.ts';
import { parseSettings, type Settings, teamNameSchema } from '../../../functions/platform/config/settings.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { readStoredJson } from '../../../functions/platform/validation/read-json.ts';
import { knownReports, knownVersions } from '../../../functions/reports/catalogue/catalogue.ts';
import type { GlobalOptions, LocalContext, Register } from '../../context/context.ts';
import { packageVersion } from '../../context/package-version.ts';
import { connectAws } from '../../deployment/aws.ts';
import { appleUrlIn } from '../../deployment/deployment.ts';
import { addKeyFileOptions, hasKeyFile, keyFileOptions, keySecretOfFile } from '../../options/key-file.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import type { Io } from '../../terminal/io.ts';
import { renderExamination } from '../../terminal/key-examination.ts';
import { printJson } from '../../terminal/table.ts';
import { probeFor } from '../doctor.ts';
import {
  type ProjectFacts,
  pricesSecret,
  projectFiles,
  projectSettings,
  reportsSecret,
} from './project-files.ts';
import { storeKey } from './store-key.ts';
import { type FileResult, writeProject } from './write-project.ts';

const optionsSchema = keyFileOptions.extend({
  team: teamNameSchema.optional(),
  vendor: z.string().optional(),
  email: z.array(z.string()).default([]),
  region: z.string().optional(),
  prices: z.boolean().default(false),
  role: z.string().optional(),
  createdAt: z.iso.date('must be a day such as 2026-09-01').optional(),
  putKey: z.boolean().default(false),
  package: z.string().optional(),
  yes: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

const REPORTS = [
  'SALES/SUMMARY/DAILY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
  'FINANCIAL/ZZ',
];

const cdkJsonSchema = z.object({ context: z.object({ appStoreConnect: z.unknown() }) });

export const registerInit: Register = (program, _run, runAlone) => {
  const command = program
    .command('init')
    .argument('[directory]', 'where the project is made', 'app-store-connect-back-office')
    .description('make a small CDK project of your own that deploys the jobs; never overwrites a file')
    .option('--team <name>', 'what the team is called in settings, tables and commands')
    .option('--vendor <number>', 'the vendor number, as under Payments and Financial Reports')
    .option('--email <address...>', 'who is told of alarms and keys')
    .option('--region <name>', 'the AWS region; AWS_REGION unless given')
    .option('--prices', 'the team changes prices, too');
  addKeyFileOptions(command)
    .option('--role <role>', 'the role that was chosen for the key, such as FINANCE')
    .option('--created-at <day>', 'the day on which Apple made the key, such as 2026-09-01')
    .option('--put-key', 'put the key into Secrets Manager of the present AWS account')
    .option('--package <spec>', 'what package.json names as app-store-connect-jobs, such as a packed file')
    .option('--yes', 'do not ask before the key is put')
    .addHelpText(
      'after',
      `
What is not given is asked for. The settings are checked before anything is written; the key, where one is given, is
tried at Apple. Called again it writes only what is missing.

Examples:
  asc-jobs init my-back-office
  asc-jobs init my-back-office --team acme --vendor 85012345 --email ops@acme.example \\
    --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --put-key`,
    )
    .action(runAlone(optionsSchema, (local, options, args) => init(local, options, args[0] ?? '')));
};

async function init(
  { io, json, program }: LocalContext,
  options: Options,
  argument: string,
): Promise<ExitCode> {
  const directory = resolve(argument === '' ? 'app-store-connect-back-office' : argument);
  const facts = await factsOf(io, options, directory);
  // Every mistake is told before anything is written.
  parseSettings(projectSettings(facts), [knownReports, knownVersions]);
  const key = hasKeyFile(options) ? await checkedKey(io, options, facts.vendor) : undefined;
  if (key === 'refused') return EXIT.problem;
  if (options.putKey && key === undefined)
    throw new JobError({
      code: 'KEY_OPTIONS_MISSING',
      message: 'Say which key --put-key should put: --p8 AuthKey_ABCDE12345.p8 --issuer ISSUER-ID',
      retryable: false,
    });
  const files = writeProject(directory, projectFiles(facts));
  const stored =
    options.putKey && key !== undefined ? await putKey(io, program.opts(), options, facts, key) : undefined;
  if (json) printJson(io, { directory, files, settings: projectSettings(facts), secret: stored });
  else io.out(`${files.map(fileLine).join('\n')}\n\n${nextSteps(argument, facts, stored)}\n`);
  return EXIT.ok;
}

/** What the options say, or the project that is there already, or the person. */
async function factsOf(io: Io, options: Options, directory: string): Promise<ProjectFacts> {
  const existing = settingsThere(directory);
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
  const [known] = existing?.teams ?? [];
  const team =
    options.team ??
    known?.name ??
    (await ask(io, 'Team, as settings and commands call it (a-z, 0-9, -): ', '--team'));
  const vendor =
    options.vendor ?? known?.vendors[0]?.number ?? (await ask(io, 'Vendor number: ', '--vendor'));
  const emails =
    options.email.length > 0 ? options.email : (existing?.notify.emails ?? (await askEmails(io)));
  return {
    name,
    team,
    vendor,
    reports: REPORTS,
    emails,
    region: options.region ?? io.env['AWS_REGION'] ?? 'us-east-1',
    withPrices: options.prices,
    packageSpec: options.package ?? `^${packageVersion()}`,
  };
}

/** The settings of a project that is there already. */
function settingsThere(directory: string): Settings | undefined {
  const file = join(directory, 'cdk.json');
  if (!existsSync(file)) return undefined;
  const found = readStoredJson(readFileSync(file, 'utf8'), cdkJsonSchema);
  return found && parseSettings(found.context.appStoreConnect);
}

async function askEmails(io: Io): Promise<string[]> {
  const answer = await io.ask('E-mail addresses that are told of alarms, apart by blanks (none): ');
  return (answer ?? '').split(/[\s,]+/).filter((address) => address !== '');
}

async function ask(io: Io, question: string, flag: string): Promise<string> {
  const answer = (await io.ask(question))?.trim();
  if (answer !== undefined && answer !== '') return answer;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message: `Nobody is here to be asked; give ${flag}.`,
    retryable: false,
  });
}

/** The key as a secret holds it, once Apple has been asked what it may do. */
async function checkedKey(io: Io, options: Options, vendor: string): Promise<string | 'refused'> {
  const { source, text } = keySecretOfFile(options, io.env);
  const key = await parseKeySecret(source, text);
  const report = await examineKey({ key, vendor, ask: probeFor(io, appleUrlIn(io.env)), clock: io });
  io.err(`${renderExamination(report)}\n\n`);
  if (report.severity !== 'problem') return text;
  io.err('Nothing was written. Put the key right first, or leave it out for now.\n');
  return 'refused';
}

type Stored = { name: string; result: 'put' | 'there already' | 'not put' };

async function putKey(
  io: Io,
  { endpoint, stage }: GlobalOptions,
  options: Options,
  { team }: ProjectFacts,
  text: string,
): Promise<Stored> {
  const name = reportsSecret(team);
  if (!(await confirmed(io, `Put the key into the secret ${name} of the present AWS account?`, options.yes)))
    return { name, result: 'not put' };
  const { role, createdAt } = options;
  const value = {
    ...JSON.parse(text),
    ...(role !== undefined && { role }),
    ...(createdAt !== undefined && { createdAt }),
  };
  const { secrets } = connectAws({ stage, ...(endpoint !== undefined && { endpoint }) });
  const isPut = await storeKey(secrets, name, JSON.stringify(value));
  return { name, result: isPut ? 'put' : 'there already' };
}

const FILE_WORDS: Record<FileResult['result'], string> = {
  written: 'written',
  same: 'there already',
  kept: 'kept as it is: somebody has changed it',
};
const fileLine = ({ file, result }: FileResult): string => `${file}: ${FILE_WORDS[result]}`;

function nextSteps(
  directory: string,
  { team, withPrices, emails }: ProjectFacts,
  stored: Stored | undefined,
): string {
  const secret =
    stored === undefined || stored.result === 'not put'
      ? `The key still has to be put into the secret ${reportsSecret(team)}: asc-jobs init … --p8 FILE --put-key\n`
      : stored.result === 'put'
        ? `The key is in the secret ${stored.name}.\n`
        : `The secret ${stored.name} is there already, and its key stays: asc-jobs keys rotate puts another one.\n`;
  const prices = withPrices
    ? `The key for prices is put by hand into the secret ${pricesSecret(team)}: docs/keys.md of the package, "Storing them".\n`
    : '';
  const confirm =
    emails.length === 0 ? '' : `  (confirm the e-mail that AWS sends to ${emails.join(', ')})\n`;
  return `${secret}${prices}Next:
  cd ${directory === '' ? 'app-store-connect-back-office' : directory}
  npm install
  npm run synth
  npx cdk bootstrap
  npm run deploy
${confirm}  npx asc-jobs keys check`;
}
