import { type Command, Option } from 'commander';
import * as z from 'zod';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { rememberedIn } from '../../../local/try/folder.ts';
import type { LocalContext, Register, RunAlone } from '../../context/context.ts';
import { appleUrlIn } from '../../deployment/apple-url.ts';
import { portOption } from '../../options/port-option.ts';
import type { ExitCode } from '../../terminal/exit-code.ts';
import { countWork } from './first/count-requests.ts';
import { meetKey } from './first/meet-key.ts';
import { addTryOptions, folderOf, tryKey, tryOptionsSchema, whatToFetch } from './try-options.ts';

const optionsSchema = tryOptionsSchema.extend({
  watch: z.boolean().default(false),
  serve: z.boolean().default(false),
  port: z.number(),
  open: z.boolean().default(true),
  analytics: z.union([z.boolean(), z.string()]).default(false),
  reviews: z.union([z.boolean(), z.string()]).default(false),
  probe: z.boolean().default(false),
  probeFile: z.string().default('apple-behaviour.json'),
});
type Options = z.output<typeof optionsSchema>;

const SALES = 'SALES/SUMMARY/DAILY';

/** Adds `try` without its subcommands. */
export function addTry(program: Command, runAlone: RunAlone): Command {
  const command = addTryOptions(program.command('try'))
    .description('the last 30 days of your own reports, in a folder of this machine: no AWS needed')
    .option('--watch', 'stay up and fetch by the clock')
    .addOption(
      new Option('--serve', 'with --watch: serve the status page on 127.0.0.1').implies({ watch: true }),
    )
    .addOption(portOption(8642))
    .option(
      '--analytics [apps]',
      'also downloads by day, of these Apple IDs or of all apps: asks Apple once per app to make such reports (role Admin); the first data come after a day or two',
    )
    .option(
      '--reviews [apps]',
      'also customer reviews, of these Apple IDs or of all apps (role Customer Support, Marketing, Developer, App Manager or Admin)',
    )
    .option('--no-open', 'do not open the status page')
    .option('--probe', 'instead: find out by some twenty reads how Apple behaves where no document says it')
    .option('--probe-file <file>', 'where the findings are written (default: apple-behaviour.json)')
    .addHelpText(
      'after',
      `
It checks the key, then fetches daily sales, subscriptions and what else the key's role allows, through the same
planner, fetcher, ledger and converter that run in AWS. Called again it fetches only what is new. Nothing leaves this
machine but the requests to Apple; the key is never written to disk.

Instead of options: the variables ASC_KEY_ID, ASC_ISSUER_ID, ASC_VENDOR_NUMBER and one of ASC_PRIVATE_KEY_PATH,
ASC_PRIVATE_KEY, ASC_PRIVATE_KEY_B64.

Examples:
  asc-jobs try --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --vendor 85012345
  asc-jobs try --analytics 6448311069
  asc-jobs try --reviews
  asc-jobs try --watch --serve
  asc-jobs try reports query "SELECT * FROM sales_daily LIMIT 5"
  asc-jobs try prices plan winter-sale.json
  asc-jobs try export --to s3://my-lake --as acme`,
    )
    .action(runAlone(optionsSchema, (local, options) => runTry(local, options)));
  return command;
}

async function runTry(local: LocalContext, options: Options): Promise<ExitCode> {
  const { io, json } = local;
  const directory = folderOf(options);
  const key = tryKey(options, io.env);
  const remembered = whatToFetch(options, io.env);
  if (options.probe) {
    const { runProbe } = await import('./probe/run-probe.ts');
    return runProbe(local, { key, vendor: remembered.vendor, file: options.probeFile });
  }
  const work = countWork();
  const meeting = meetKey(io, appleUrlIn(io.env), {
    key: await parseKeySecret(key.source, key.text),
    vendor: remembered.vendor,
    withFinance: options.reports === undefined,
    withFirstLook: remembered.reports.includes(SALES) && rememberedIn(directory) === undefined,
  });
  // Loading the AWS SDK and what keeps the folder takes as long as a request: it waits until the requests are on their way, and is
  // done while Apple answers.
  const loading = Promise.race([meeting.sent, meeting.met]).then(() => import('./try-once.ts'));
  const [met, { tryOnce }] = await Promise.all([meeting.met, loading]);
  const ended = tryOnce(
    {
      io,
      json,
      directory,
      key,
      remembered,
      analytics: options.analytics,
      reviews: options.reviews,
      open: options.open && !options.watch,
      work,
    },
    met,
    options.watch ? async (world) => (await import('./stay-up.ts')).stayUp(world, io, options) : undefined,
  );
  return ended.finally(work.stop);
}

/** `try` alone. Its subcommands load much that it does not need. */
export const registerTryAlone: Register = (program, _run, runAlone) => void addTry(program, runAlone);
