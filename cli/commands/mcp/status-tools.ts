import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { countStates } from '../../../functions/status/model/day-states.ts';
import { findingsOf, isOpen } from '../../../functions/status/model/findings.ts';
import type { Status } from '../../../functions/status/model/status.ts';
import { readStatus } from '../../../functions/status/read/read-status.ts';
import type { Context } from '../../context/context.ts';
import { keyLedger } from '../../deployment/ledgers.ts';
import { statusSource } from '../../deployment/status-source.ts';
import { chosenKeyUses } from '../../options/key-options.ts';
import { changeJson, keyJson } from '../../terminal/json-shapes.ts';
import { READS, toolResult } from './tool-result.ts';

export function addStatusTools(server: McpServer, context: Context): void {
  server.registerTool(
    'status',
    {
      title: 'Status',
      description:
        'How reports, price changes and keys stand: per report how many days are stored, empty, waiting, late; open price changes; the health of each key; and what a person should look at.',
      annotations: READS,
    },
    () =>
      toolResult(async () => summaryOf(await readStatus(await statusSource(context), { view: 'overview' }))),
  );
  server.registerTool(
    'explain_key',
    {
      title: 'Explain a key',
      description:
        'What the last check found of the API keys: whether Apple accepts them, their age, and for a refused one the causes, most likely first, each with what to do. Gives no key material.',
      inputSchema: {
        team: z.string().optional().describe('the team, as the settings name it; all unless given'),
      },
      annotations: READS,
    },
    ({ team }) =>
      toolResult(async () => {
        const ledger = await keyLedger(context);
        const keys = [];
        for (const keyUse of chosenKeyUses(context, team)) {
          const status = await ledger.status(keyUse);
          keys.push(
            status === undefined
              ? { team: keyUse.team, job: keyUse.job, health: 'not checked yet' }
              : keyJson(status),
          );
        }
        return keys;
      }),
  );
}

/** The status as an agent reads it. */
export const summaryOf = (status: Status) => ({
  asOf: new Date(status.asOf).toISOString(),
  plannerRanAt:
    typeof status.plannerRanAt === 'number' ? new Date(status.plannerRanAt).toISOString() : 'never',
  reports: status.series.map((series) => ({
    team: series.team,
    vendor: series.vendor,
    report: series.report,
    days: Object.fromEntries(countStates(series)),
    newest: series.days.findLast(({ state }) => state === 'stored' || state === 'restated')?.date,
  })),
  priceChanges: status.changes.filter(({ record }) => isOpen(record)).map(({ record }) => changeJson(record)),
  keys: status.keys.map(({ team, job, health }) => ({ team, job, health })),
  findings: findingsOf(status).map((finding) =>
    finding.kind === 'reports'
      ? { kind: finding.kind, severity: finding.severity, reason: finding.reason, series: finding.series }
      : finding.kind === 'change'
        ? { kind: finding.kind, severity: finding.severity, change: changeJson(finding.record) }
        : { kind: finding.kind, severity: finding.severity, text: finding.text },
  ),
});
