import * as z from 'zod';
import type { Settings } from '../../platform/config/settings.ts';
import type { Log } from '../../platform/logging/log.ts';
import { EARLIEST_REPORT_DATE, LATEST_REPORT_DATE, seriesKey } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import {
  invalidRequest,
  parseRequest,
  type RequestResult,
  requestedDay,
  skipDate,
} from '../plan/report-request.ts';
import type { RebuildMessage } from './rebuild-message.ts';
import { type RebuildableSeries, rebuildableSeries } from './rebuildable.ts';

export type RequestRebuildDependencies = {
  settings: Pick<Settings, 'teams' | 'reportVersions'>;
  ledger: Pick<ReportLedger, 'list'>;
  queueReports: (messages: readonly { message: RebuildMessage; group: string }[]) => Promise<void>;
  log: Log;
};

/** `{ rebuild: true, team?, vendor?, app?, report?, from?, to? }`: without days everything that is stored. */
const requestSchema = z
  .strictObject({
    rebuild: z.literal(true),
    team: z.string().optional(),
    vendor: z.string().optional(),
    app: z.string().optional(),
    report: z.string().optional(),
    from: requestedDay.default('2010-01-01'),
    to: requestedDay.default(LATEST_REPORT_DATE),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be before from' });

type Request = z.output<typeof requestSchema>;

/** Whether a person's request is about tables that are to be written anew. */
export const isAboutRebuild = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'rebuild' in event;

/**
 * Queues every stored date that was asked for, so that its table is made anew of its raw files. However old they are:
 * nothing is asked of Apple.
 *
 * @throws JobError `REQUEST_INVALID` naming every problem
 */
export async function requestRebuild(
  deps: RequestRebuildDependencies,
  event: unknown,
): Promise<RequestResult> {
  const request = parseRequest(requestSchema, event);
  const chosen = rebuildableSeries(deps.settings).filter(({ series }) => isChosen(series, request));
  if (chosen.length === 0)
    throw invalidRequest([{ path: '(request)', message: 'the settings have no such series' }]);
  const result: RequestResult = { queued: 0, skipped: {} };
  for (const series of chosen) await queueSeries(deps, series, request, result);
  deps.log.info('Queued tables to be made anew', { request, queued: result.queued });
  return result;
}

const isChosen = (series: RebuildableSeries['series'], request: Request): boolean =>
  series.team === (request.team ?? series.team) &&
  series.report === (request.report ?? series.report) &&
  (request.vendor === undefined || ('vendor' in series && series.vendor === request.vendor)) &&
  (request.app === undefined || ('app' in series && series.app === request.app));

async function queueSeries(
  { ledger, queueReports }: RequestRebuildDependencies,
  { series, isBetween }: RebuildableSeries,
  { from, to }: Request,
  result: RequestResult,
): Promise<void> {
  const items = await ledger.list(series, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
  const asked = items.filter(({ sk }) => isBetween(sk, from, to));
  const stored = asked.filter(({ sha256 }) => sha256 !== undefined);
  for (const { sk, state } of asked.filter(({ sha256 }) => sha256 === undefined))
    skipDate(result, `${state}: no raw file`, `${seriesKey(series)} ${sk}`);
  await queueReports(
    stored
      .toReversed()
      .map(({ sk }) => ({ message: { rebuild: true, ...series, reportDate: sk }, group: series.team })),
  );
  result.queued += stored.length;
}
