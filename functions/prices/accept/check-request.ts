import type { Settings } from '../../platform/config/settings.ts';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import type { Problem } from '../../platform/errors.ts';
import { closestMatches } from '../../platform/util/closest-matches.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import { looseLimits } from '../plan/limits.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { AcceptAnswer, RequestDependencies } from './accept-dependencies.ts';

export type CheckedRequest =
  | { kind: 'refused'; answer: AcceptAnswer }
  /** The idempotency key is in use. */
  | { kind: 'repeat'; request: PriceRequest; record: ChangeRecord }
  | { kind: 'new'; request: PriceRequest };

/**
 * What settings, clock and ledger say of a request. Only reads.
 *
 * @param isOwn whether the request was made by this product itself
 */
export async function checkRequest(
  deps: Pick<RequestDependencies, 'settings' | 'clock'> & { ledger: Pick<PriceLedger, 'change'> },
  json: unknown,
  isOwn = false,
): Promise<CheckedRequest> {
  const parsed = parsePriceRequest(json);
  if (parsed.kind === 'rejected') {
    const name = teamNamed(json);
    const team = name === undefined ? undefined : teamProblem(deps.settings, name);
    const problems = [...parsed.problems, ...boundedProblems(team === undefined ? [] : [team])];
    return { kind: 'refused', answer: { status: 'rejected', problems } };
  }
  const request = parsed.value;
  const changeId = request.idempotencyKey;
  const problems = problemsOf(deps, request);
  // mutation: own-fields
  if (!isOwn) problems.push(...ownFieldProblems(request, ['returnOf', 'campaign', ...ROLLBACK_FIELDS]));
  // Team and key are joined to a key of the table: what is no team's name could be read as another team's change.
  const isTeamName = teamNameSchema.safeParse(request.team).success;
  const claimed = isTeamName ? await deps.ledger.change(request.team, changeId) : undefined;
  // A repeat is answered as such even when the settings or the clock have moved on since. So is a dry run under a key
  // that is used up: nothing would come of its plan.
  if (claimed !== undefined) return { kind: 'repeat', request, record: claimed };
  if (problems.length > 0)
    return {
      kind: 'refused',
      answer: { status: 'rejected', changeId, problems: boundedProblems(problems) },
    };
  return { kind: 'new', request };
}

/** What a rollback says of itself. From outside it could pass any change for the one that took another back. */
export const ROLLBACK_FIELDS = ['rollbackOf', 'undoes'];

/** The fields of a request from outside that only this product may set. */
export const ownFieldProblems = (
  request: Readonly<Record<string, unknown>>,
  names: readonly string[],
  within = '',
): Problem[] =>
  names
    .filter((name) => request[name] !== undefined)
    .map((name) => ({
      path: `${within}${name}`,
      message: ROLLBACK_FIELDS.includes(name)
        ? 'is set by a rollback only; remove it, or take the change back by asc-jobs prices rollback or { "rollback": … }'
        : 'is set by this product only; remove it',
    }));

/** What the settings and the clock say. Apple's part is checked with the plan. */
function problemsOf(
  { settings, clock }: Pick<RequestDependencies, 'settings' | 'clock'>,
  request: PriceRequest,
): Problem[] {
  const refused = teamProblem(settings, request.team);
  const rules = settings.teams.find(({ name }) => name === request.team)?.prices;
  if (refused !== undefined || rules === undefined) return refused === undefined ? [] : [refused];
  const now = clock.now();
  const problems = looseLimits(rules, request);
  if (request.notAfter !== undefined && Date.parse(request.notAfter) < now) {
    problems.push({ path: 'notAfter', message: `${request.notAfter} has passed` });
  }
  const { startDate } = request;
  const today = pacificToday(now);
  if (startDate !== undefined && startDate !== 'now' && startDate < today) {
    problems.push({
      path: 'startDate',
      message: `${startDate} lies in the past; today is ${today} at Apple`,
    });
  }
  return problems;
}

export function teamProblem(settings: Settings, name: string): Problem | undefined {
  const team = settings.teams.find((each) => each.name === name);
  if (team === undefined) {
    const names = settings.teams.map((each) => each.name);
    const close = closestMatches(name, names);
    const hint = close.length > 0 ? `nearest: ${close.join(', ')}` : `there are ${names.join(', ')}`;
    return { path: 'team', message: `"${name}" is not a team of the settings; ${hint}` };
  }
  if (team.keys.prices === undefined || team.prices === undefined) {
    const message = `team ${name} may not change prices: set keys.prices (a key with the role App Manager or Admin) and prices in the settings, and deploy`;
    return { path: 'team', message };
  }
  return undefined;
}

/** The team that even a broken request names. */
export const teamNamed = (json: unknown): string | undefined => textNamed(json, 'team');

export function textNamed(json: unknown, name: string): string | undefined {
  const named: [string, unknown][] = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  const value = named.find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
