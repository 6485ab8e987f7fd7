import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { formatProblems, JobError } from '../../../functions/platform/errors.ts';
import { decodeFileText } from '../../../functions/platform/files/file-text.ts';
import { sha256Hex } from '../../../functions/platform/util/hash.ts';
import { MINUTE_MILLIS } from '../../../functions/platform/util/time.ts';
import { problemSchema } from '../../../functions/platform/validation/outcome-schema.ts';
import type { Plan } from '../../../functions/prices/plan/plan.ts';
import {
  movingEntries,
  PLAN_HEAD,
  planRows,
  planSentence,
} from '../../../functions/prices/plan/plan-rendering.ts';
import { parsePriceFile } from '../../../functions/prices/request/price-file.ts';
import { CHANGE_STATES } from '../../../functions/prices/store/change-record.ts';
import { planSchema } from '../../../functions/prices/store/plan-store.ts';
import { answerStatusSchema } from '../../context/answer-status.ts';
import type { Context } from '../../context/context.ts';
import type { Finding } from '../../terminal/exit-code.ts';
import { foldColumns, plain, plainLines, renderTable, toned } from '../../terminal/table.ts';

/** The response of the functions that plan, accept and approve price changes. */
export const answerSchema = z.object({
  status: answerStatusSchema,
  changeId: z.string().optional(),
  state: z.enum(CHANGE_STATES).optional(),
  outcome: z.string().optional(),
  rolledBackBy: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  afterMillis: z.number().optional(),
  reason: z.string().optional(),
  plan: planSchema.optional(),
  problems: z.array(problemSchema).optional(),
});
export type Answer = Omit<z.output<typeof answerSchema>, 'plan'> & { plan?: Plan | undefined };

/** Requests a price change. */
export const askToAccept = (context: Context, payload: unknown): Promise<Answer> =>
  invoke(context, 'AcceptPriceChangeFunctionName', payload);

/** Approves; a function of its own, as not everybody who may request may approve. */
export const askForApproval = (context: Context, payload: unknown): Promise<Answer> =>
  invoke(context, 'ApprovePriceChangeFunctionName', payload);

async function invoke({ aws }: Context, output: string, payload: unknown): Promise<Answer> {
  return answerSchema.parse(await aws.invoke(await aws.output(output), payload));
}

/** A request for its plan alone: nothing is claimed, nothing is sent. */
export const askForPlan = (context: Context, request: object): Promise<Answer> =>
  untilPlanned(context, () => invoke(context, 'PlanPriceChangeFunctionName', request));

/** The plan of a rollback. */
export const askForRollbackPlan = (context: Context, rollback: object): Promise<Answer> =>
  untilPlanned(context, () => askToAccept(context, { rollback: { ...rollback, dryRun: true } }));

/** The first plan of an app in many territories takes minutes: it goes on by itself, and is asked for again. */
const PLANNING_PATIENCE_MILLIS = 15 * MINUTE_MILLIS;

async function untilPlanned({ io }: Context, ask: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + PLANNING_PATIENCE_MILLIS;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 'planning' || performance.now() > until) return answer;
    io.err(`${plain(answer.reason ?? 'The plan takes longer')} …\n`);
    await wait(answer.afterMillis ?? 10_000);
  }
}

/**
 * The requests in files. One without an idempotency key gets it from the file's name and content, so that applying
 * the same file twice is applying it once.
 *
 * @throws JobError `PRICE_FILE_INVALID` naming every problem of every file
 */
export function readRequests(files: readonly string[]): object[] {
  const problems: string[] = [];
  const requests = files.flatMap((file) => {
    const bytes = readFileSync(file);
    const versionId = sha256Hex(bytes);
    const text = decodeFileText(bytes);
    const parsed =
      text.kind === 'rejected' ? text : parsePriceFile(text.value, { key: basename(file), versionId });
    if (parsed.kind === 'rejected') {
      problems.push(`${file}:\n${formatProblems(parsed.problems)}`);
      return [];
    }
    return parsed.value.flatMap((request, index) => {
      if (isObject(request)) return [request];
      problems.push(`${file}:\n  - [${index}]: must be a request (an object), not ${kindOf(request)}`);
      return [];
    });
  });
  if (problems.length === 0 && requests.length > 0) return requests;
  throw new JobError({
    code: 'PRICE_FILE_INVALID',
    message: problems.length === 0 ? 'The files hold no request.' : problems.join('\n'),
    retryable: false,
  });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
};

/** What an answer means for the exit code. */
export const answerFinding = ({ status }: Answer): Finding => ({
  severity: status === 'rejected' ? 'problem' : 'note',
});

/** An answer for a terminal: the plan as a sentence and a table, or why there is none. */
export function renderAnswer({ io }: Context, answer: Answer): string {
  const name = plain(answer.changeId ?? 'a request without a key');
  if (answer.status === 'rejected')
    return `${toned(io, 'problem', `✗ ${name} is refused; nothing is sent.`)}\n${plainLines(formatProblems(answer.problems ?? []))}`;
  if (answer.plan !== undefined) {
    const { plan } = answer;
    const rows = planRows(movingEntries(plan), plan.circumstances).map((row) => row.map(plain));
    const warnings = [...new Set([...(answer.warnings ?? []), ...(plan.warnings ?? [])])];
    const warningLines = warnings.map((warning) => toned(io, 'warning', `! ${plain(warning)}`));
    const sentence = [name, plain(planSentence(plan)), ...warningLines].join('\n');
    if (rows.length === 0) return sentence;
    const { head, rows: differing, common } = foldColumns(PLAN_HEAD, rows);
    const everywhere = common.length === 0 ? [] : [`In every row: ${common.join(', ')}`];
    return [sentence, renderTable(io, head, differing), ...everywhere, `Plan ${plan.sha256}`].join('\n');
  }
  if (answer.status === 'duplicate') return duplicateLine(name, answer);
  return `${name} is ${answer.status}.`;
}

function duplicateLine(name: string, { state, outcome, rolledBackBy }: Answer): string {
  const known = `duplicate of ${name}, which is ${state ?? 'known'}${outcome === undefined ? '' : ` (${plain(outcome)})`}`;
  return rolledBackBy === undefined
    ? `${known}; nothing is sent again`
    : `duplicate of ${name}, which was rolled back by ${plain(rolledBackBy)}; nothing is sent again. To apply it anew, give the request an idempotency key of its own`;
}
