import { Option } from 'commander';
import * as z from 'zod';
import { readStatus } from '../../../functions/status/read/read-status.ts';
import { serveStatus } from '../../../functions/status/server/status-server.ts';
import type { TryWorld } from '../../../local/try/try-world.ts';
import type { LocalContext, Register, Run } from '../../context/context.ts';
import { portOption } from '../../options/port-option.ts';
import type { ExitCode } from '../../terminal/exit-code.ts';
import { registerMcp } from '../mcp/index.ts';
import { registerNumbers } from '../numbers/numbers.ts';
import { registerReports } from '../reports/index.ts';
import { registerStatus } from '../status.ts';
import { registerTryExport } from './export.ts';
import { registerTryPrices } from './prices.ts';
import { runProbe } from './probe/run-probe.ts';
import { writeStatusFiles } from './status-files.ts';
import { inFolder } from './try-context.ts';
import { folderStatusSource, tryOnce } from './try-once.ts';
import { addTryOptions, folderOf, tryKey, tryOptionsSchema, whatToFetch } from './try-options.ts';
import { watch } from './watch.ts';

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

export const registerTry: Register = (program, _run, runAlone) => {
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
  const run: Run = (schema, action) =>
    runAlone(schema, (local, options, args) =>
      inFolder(local, tryOptionsSchema.parse(command.opts()), (context) => action(context, options, args)),
    );
  for (const register of [
    registerReports,
    registerNumbers,
    registerTryPrices,
    registerStatus,
    registerTryExport,
    registerMcp,
  ])
    register(command, run, runAlone);
};

async function runTry(local: LocalContext, options: Options): Promise<ExitCode> {
  const { io, json } = local;
  const directory = folderOf(options);
  if (options.probe) {
    const { vendor } = whatToFetch(options, io.env);
    return runProbe(local, { key: tryKey(options, io.env), vendor, file: options.probeFile });
  }
  return tryOnce(
    {
      io,
      json,
      directory,
      key: tryKey(options, io.env),
      remembered: whatToFetch(options, io.env),
      reportsChosen: options.reports !== undefined,
      analytics: options.analytics,
      reviews: options.reviews,
      open: options.open && !options.watch,
    },
    options.watch ? (world) => stayUp(world, io, options) : undefined,
  );
}

async function stayUp(world: TryWorld, io: LocalContext['io'], { serve, port }: Options): Promise<void> {
  const source = folderStatusSource(world, io);
  const server = serve
    ? await serveStatus(
        (place) => readStatus(source, place),
        port,
        (error) => io.err(`${error instanceof Error ? error.message : error}\n`),
      )
    : undefined;
  if (server !== undefined) io.out(`The status page is at ${server.url}\n`);
  try {
    await watch(world, io, async () => {
      writeStatusFiles(world.folder.directory, await readStatus(source, { view: 'overview' }));
    });
  } finally {
    await server?.close();
  }
}
