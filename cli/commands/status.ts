import * as z from 'zod';
import { countStates } from '../../functions/status/model/day-states.ts';
import {
  findingsOf,
  isOpen,
  type ReportFinding,
  reportFindings,
} from '../../functions/status/model/findings.ts';
import type { Status } from '../../functions/status/model/status.ts';
import { readStatus } from '../../functions/status/read/read-status.ts';
import { serveUntilStopped } from '../../functions/status/server/serve-until-stopped.ts';
import { serveStatus } from '../../functions/status/server/status-server.ts';
import type { Context, Register } from '../context/context.ts';
import { statusSource } from '../deployment/status-source.ts';
import { portOption } from '../options/port-option.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { changeJson, keyJson, seriesJson } from '../terminal/json-shapes.ts';
import { MARKS, renderStatuses } from '../terminal/keys/key-table.ts';
import { lastDates, plain, printJson, renderTable, toned } from '../terminal/table.ts';
import { createNumbersReader } from './status-numbers.ts';

const optionsSchema = z.object({ serve: z.boolean().default(false), port: z.number() });

export const registerStatus: Register = (program, run) => {
  program
    .command('status')
    .description('reports, prices and keys at one glance; with --serve as a page on this machine')
    .option('--serve', 'serve the status page on 127.0.0.1 until it is stopped')
    .addOption(portOption(8642))
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs status
  asc-jobs status --json
  asc-jobs status --serve --port 8642`,
    )
    .action(run(optionsSchema, status));
};

async function status(context: Context, { serve, port }: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const source = await statusSource(context);
  const { io, json } = context;
  if (serve) {
    const readNumbers = createNumbersReader(
      context,
      async () => (await readStatus(source, { view: 'reports' })).series,
    );
    const server = await serveStatus(
      async (place) => {
        const found = await readStatus(source, place);
        const numbers = await readNumbers();
        return { ...found, ...(numbers !== undefined && { numbers }) };
      },
      port,
      (error) => io.err(`${error instanceof Error ? error.message : error}\n`),
    );
    await serveUntilStopped(io, 'The status page', server);
    return EXIT.ok;
  }
  const found = await readStatus(source, { view: 'overview' });
  if (json) printJson(io, statusJson(found));
  else io.out(`${render(context, found)}\n`);
  return exitCodeOf(findingsOf(found));
}

const statusJson = ({ asOf, source, series, changes, keys }: Status) => ({
  asOf: new Date(asOf).toISOString(),
  source,
  series: series.map(seriesJson),
  changes: changes.map(({ record }) => changeJson(record)),
  keys: keys.map(keyJson),
});

function render({ io }: Context, { series, changes, keys }: Status): string {
  const reports = series.map((one) => {
    const counts = countStates(one);
    const of = (...states: readonly (typeof one.days)[number]['state'][]): number =>
      states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
    const late = of('failed', 'overdue');
    return [
      `${one.team}/${one.vendor}`,
      one.report,
      String(of('stored', 'restated')),
      String(of('empty')),
      String(of('waiting', 'due', 'missing')),
      late > 0 ? toned(io, 'problem', `${late} ✗`) : '0',
    ];
  });
  const open = changes.filter(({ record }) => isOpen(record));
  return [
    renderTable(io, ['vendor or app', 'report', 'stored', 'empty', 'waiting', 'late'], reports),
    open.length === 0
      ? `Prices: ${changes.length} changes, none of them open.`
      : renderTable(
          io,
          ['open price change', 'state', 'asked for by'],
          open.map(({ record }) => [
            plain(record.changeId),
            toned(
              io,
              record.state === 'unsettled' || record.state === 'failed' ? 'problem' : 'warning',
              record.state,
            ),
            plain(record.request.requestedBy),
          ]),
        ),
    renderStatuses(io, keys),
    ...reportFindings(series).map((finding) => renderFinding(io, finding)),
  ].join('\n\n');
}

/** So many dates of a series are named; the rest is counted. */
const MAXIMUM_DATES = 4;

/** One reason, whichever reports it concerns. */
function renderFinding(io: Io, { severity, state, reason, series }: ReportFinding): string {
  const lines = series.map(({ name, dates }) => `  ${name}: ${lastDates(dates, MAXIMUM_DATES)}`);
  const title = `${MARKS[severity]} ${state}: ${plain(reason ?? 'no answer of Apple yet')}`;
  return [toned(io, severity, title), ...lines].join('\n');
}
