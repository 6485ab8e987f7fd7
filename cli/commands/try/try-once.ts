import { readKeyVersion } from '../../../functions/app-store-connect/auth/key-store.ts';
import type { Examination } from '../../../functions/keys/check/examine-key.ts';
import { checkKeySecrets } from '../../../functions/keys/check/key-checkup.ts';
import type { AskApple } from '../../../functions/keys/check/probe.ts';
import { createKeyLedger } from '../../../functions/keys/store/key-ledger.ts';
import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { keyUsesOf } from '../../../functions/keys/store/key-use.ts';
import { realSleep } from '../../../functions/platform/util/clock.ts';
import { shellWord } from '../../../functions/platform/util/shell-quote.ts';
import { reportFindings } from '../../../functions/status/model/findings.ts';
import { diskFull, type Remembered } from '../../../local/try/folder.ts';
import { TABLES } from '../../../local/try/tables.ts';
import { openTryWorld, type TryWorld } from '../../../local/try/try-world.ts';
import { APPLE_URL, appleUrlIn } from '../../deployment/apple-url.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import type { Io } from '../../terminal/io.ts';
import { seriesJson } from '../../terminal/json-shapes.ts';
import { renderExamination } from '../../terminal/keys/key-examination.ts';
import { startProgress } from '../../terminal/progress.ts';
import { printJson } from '../../terminal/table.ts';
import { analyticsOf, renderAnalytics, withAnalytics } from './analytics.ts';
import { type FirstAnswers, firstAnswers, settledDays } from './answers/first-answers.ts';
import { renderAnswers } from './answers/render-answers.ts';
import { fetchAll } from './fetch-all.ts';
import type { Work } from './first/count-requests.ts';
import type { MetKey } from './first/meet-key.ts';
import { renderReviews, reviewsIn, withReviews } from './reviews.ts';
import { openInBrowser, readFolderStatus, writeStatusFiles } from './status-files.ts';
import { folderOf } from './try-options.ts';

/** Where a call of `try` works, and with which key. */
export type TryRun = {
  io: Io;
  json: boolean;
  directory: string;
  key: { source: string; text: string };
  remembered: Remembered;
  /** Whether analytics are asked for: of all apps, or of those with these Apple IDs. */
  analytics: boolean | string;
  /** Whether reviews are asked for: of all apps, or of those with these Apple IDs. */
  reviews: boolean | string;
  open: boolean;
  /** What the call has done so far, for its last line. */
  work: Work;
};

const FINANCE = 'FINANCIAL/ZZ';

/**
 * Says what the key may do, fetches what is new, and shows the first answers.
 *
 * @param stay what to do while the folder is open, such as to go on by the clock
 */
export async function tryOnce(
  run: TryRun,
  { key, examination, mayReadFinance, ask }: MetKey,
  stay?: (world: TryWorld) => Promise<void>,
): Promise<ExitCode> {
  const { io, json, directory, remembered } = run;
  io.err(`${renderExamination(examination)}\n\n`);
  const { mayReadSales, vendorIsRight } = examination;
  if (mayReadSales !== true || vendorIsRight === false) {
    io.err(`${whyNot(examination, appleUrlIn(io.env))}\n`);
    if (json) printJson(io, { key: examination });
    return exitCodeOf([{ severity: examination.severity === 'note' ? 'problem' : examination.severity }]);
  }
  // Finance reports come besides where Apple lets the key read them.
  const reports =
    mayReadFinance && !remembered.reports.includes(FINANCE)
      ? { ...remembered, reports: [...remembered.reports, FINANCE] }
      : remembered;
  const wanted = await withAnalytics(io, key, reports, { asked: run.analytics, examination });
  const { remembered: toRemember, reviewApps } = await withReviews(io, key, wanted, {
    asked: run.reviews,
    examination,
  });
  const world = await openTryWorld({
    ...toRemember,
    reviewApps: [...reviewApps],
    directory,
    keySecret: run.key.text,
    withPrices: false,
    appleUrl: appleUrlIn(io.env),
    clock: io,
  });
  try {
    world.folder.remember(toRemember);
    await noteKey(world, ask, io);
    await fetchNew(world, io);
    const shown = await show(world, run, examination);
    await stay?.(world);
    return shown;
  } catch (error) {
    throw diskFull(directory, error) ?? error;
  } finally {
    await world.close();
  }
}

function whyNot({ vendorIsRight, mayReadSales, severity }: Examination, appleUrl: string): string {
  if (vendorIsRight === false)
    return 'Apple does not take this vendor number for the key’s team. It stands under Payments and Financial Reports, at the top left; a team with several sellers has several.';
  if (mayReadSales === false)
    return 'With this key no report can be read. Make one with the role Finance (Users and Access, Integrations) and try again; an individual key cannot read reports.';
  if (severity === 'warning' && appleUrl !== APPLE_URL)
    return `Nobody answers at ${appleUrl}, where APP_STORE_CONNECT_BASE_URL leads in the place of Apple: is asc-jobs simulate still running there? Without the variable Apple is asked.`;
  return severity === 'warning'
    ? 'Apple could not be asked; look at the network and try again.'
    : 'With this key nothing can be read; see above.';
}

/** Writes the key's state down, as the daily check does in AWS, so that the status page shows it. */
async function noteKey({ services, settings }: TryWorld, ask: AskApple, io: Io): Promise<void> {
  const ledger = createKeyLedger({ documents: services.documents, table: TABLES.keys, clock: io });
  const checkups = await checkKeySecrets(
    {
      readCurrent: (secretName) => readKeyVersion(services.secrets, secretName),
      ask,
      clock: io,
      sleep: realSleep,
      maxAgeDays: settings.keyMaxAgeDays,
    },
    keyUsesOf(settings),
    { before: new Map(), thorough: false },
  );
  for (const { status } of checkups) await ledger.putStatus(statusInFolder(status));
}

/** A folder has no secret to which the day of the key could be added. */
const statusInFolder = (status: KeyStatus): KeyStatus => ({
  ...status,
  findings: status.findings.map((finding) =>
    finding.code === 'created-at-missing' && status.key !== undefined
      ? {
          ...finding,
          text: `When Apple made the key is not known here; its age counts from ${status.key.createdAt}.`,
        }
      : finding,
  ),
});

/** One run of the planner, and everything that it asks for. */
export async function fetchNew(world: TryWorld, io: Io): Promise<void> {
  await world.reports.plan();
  await fetchAll(world, startProgress(io, 'reports', world.reports.queued()));
}

async function show(world: TryWorld, run: TryRun, examination: Examination): Promise<ExitCode> {
  const { io, json, directory, work } = run;
  const status = await readFolderStatus(world, io);
  const answers: FirstAnswers = await firstAnswers(world.folder.lake, settledDays(status.series));
  const analytics = await analyticsOf(world, status.series);
  const reviews = await reviewsIn(world.folder.lake, io.now());
  const page = writeStatusFiles(directory, status, false);
  const requests = work.requests();
  if (json)
    printJson(io, {
      asOf: new Date(status.asOf).toISOString(),
      folder: directory,
      key: examination,
      ...answers,
      series: status.series.map(seriesJson),
      ...(analytics.length > 0 && { analytics }),
      ...(reviews.length > 0 && { reviews }),
      statusPage: page,
      requests,
    });
  else
    io.out(`${[renderAnswers(io, answers, status.series), ...renderReviews(io, reviews), ...renderAnalytics(analytics)].join('\n\n')}

Parquet tables: ${world.folder.lake}/tables
Status page:    ${page}
Ask more:       npx asc-jobs try numbers sales --by country${directory === folderOf({ dir: undefined }) ? '' : ` --dir ${shellWord(directory)}`}
${requests} requests to Apple in ${work.seconds()} s.
`);
  if (run.open && io.terminal === true && !json) openInBrowser(page);
  return status.series.length === 0 ? EXIT.ok : exitCodeOf(reportFindings(status.series));
}
