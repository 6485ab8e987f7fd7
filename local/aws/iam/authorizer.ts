import type { GatewayRequest } from '../base/http-message.ts';
import { type Authorization, authorizationsOf, listingOf, type SecretArnOf } from './authorizations.ts';
import { isAllowed, resourcePatternsOf } from './judge.ts';
import type { DeployedPolicies, Principal } from './policies.ts';
import { publishAuthorization } from './watch-authorizations.ts';

/** A call that AWS would refuse. */
export type Denial = { caller: string; action: string; resource: string; message: string };

/** What the functions did, for `npm start` and `npm run permissions`. */
export type AuthorizationReport = {
  judged: number;
  /** Decisions that had to be made for them; the others were remembered. */
  decisions: number;
  /** Milliseconds that all of it took, of calls that waited at the same time more than once: at most. */
  millis: number;
  denied: readonly Denial[];
  /** Distinct `function action resource` that were allowed. */
  used: readonly { who: string; action: string; resource: string }[];
};

export type Authorizer = {
  /** Judges a request before a service sees it. Callers that are no function are not judged. */
  denialOf(request: GatewayRequest): Promise<Denial | undefined>;
  /** Judges the answer 404 of S3: whoever may not list the bucket must not learn that an object is absent. */
  absenceDenialOf(request: GatewayRequest): Promise<Denial | undefined>;
  report(): AuthorizationReport;
};

/** Judges every call of every function against the policies of the synthesized templates. */
export function createAuthorizer(deployed: DeployedPolicies, secretArnOf: SecretArnOf): Authorizer {
  const decisions = createDecisions(deployed);
  const denied: Denial[] = [];
  const used = new Map<string, { who: string; action: string; resource: string }>();
  let judged = 0;
  let millis = 0;

  const judge = async (
    request: GatewayRequest,
    authorizations: readonly Authorization[],
  ): Promise<Denial | undefined> => {
    const started = performance.now();
    try {
      return await judgeEach(request, authorizations);
    } finally {
      millis += performance.now() - started;
    }
  };

  const judgeEach = async (
    request: GatewayRequest,
    authorizations: readonly Authorization[],
  ): Promise<Denial | undefined> => {
    const who = request.caller.split('.')[0] ?? request.caller;
    for (const authorization of authorizations)
      publishAuthorization({ caller: who, ...authorization, deployed });
    const principal = deployed.principals.get(who);
    if (principal === undefined) return undefined;
    judged += 1;
    for (const authorization of authorizations) {
      const { action, resource } = authorization;
      if (await decisions.of(who, principal, authorization)) {
        const pattern = matchedPatterns(principal, resource).join(' ') || resource;
        used.set(`${who} ${action} ${pattern}`, { who, action, resource: pattern });
        continue;
      }
      const message = `User: ${principal.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
      return { caller: who, action, resource, message };
    }
    return undefined;
  };

  return {
    denialOf: async (request) => {
      const denial = await judge(request, authorizationsOf(request, secretArnOf));
      if (denial !== undefined) denied.push(denial);
      return denial;
    },
    absenceDenialOf: (request) => judge(request, [listingOf(request)]),
    report: () => ({
      judged,
      decisions: decisions.made(),
      millis,
      denied: [...denied],
      used: [...used.values()],
    }),
  };
}

/**
 * Decisions, remembered. A decision depends on a resource only by the patterns that match it, so that the thousands of
 * objects under one prefix are one decision.
 */
function createDecisions({ resourcePolicies }: DeployedPolicies) {
  const decisions = new Map<string, Promise<boolean>>();
  const of = (who: string, principal: Principal, authorization: Authorization): Promise<boolean> => {
    const { action, resource, context } = authorization;
    const resourcePolicy =
      resourcePolicies.get(resource) ?? resourcePolicies.get(resource.split('/')[0] ?? resource);
    const matched = [
      ...matchedPatterns(principal, resource),
      '|',
      ...matching(resourcePolicy === undefined ? [] : resourcePatternsOf(resourcePolicy), resource),
    ];
    const key = [who, action, ...matched, JSON.stringify(context)].join(' ');
    const known = decisions.get(key);
    if (known !== undefined) return known;
    const decision = isAllowed({
      principalArn: principal.arn,
      principalTags: principal.tags,
      policies: principal.policies,
      resourcePolicy,
      authorization,
    });
    decisions.set(key, decision);
    return decision;
  };
  return { of, made: () => decisions.size };
}

const matchedPatterns = ({ policies }: Principal, resource: string): string[] =>
  matching(
    policies.flatMap(({ policy }) => resourcePatternsOf(policy)),
    resource,
  );

const matching = (patterns: readonly string[], resource: string): string[] =>
  [...new Set(patterns)].filter((pattern) => expressionOf(pattern).test(resource));

const expressions = new Map<string, RegExp>();

/** Whether a pattern of a policy covers a resource. */
export const covers = (pattern: string, resource: string): boolean => expressionOf(pattern).test(resource);

/** IAM's wildcards: `*` for any text, `?` for any one character. */
function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const made = new RegExp(`^${source}$`, 's');
  expressions.set(pattern, made);
  return made;
}
