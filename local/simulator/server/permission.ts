import type { ApiKey } from '../auth/accounts.ts';
import { Refusal } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import type { Route } from './route.ts';

/** 403 on every call of a team with an unsigned agreement; only its Account Holder can help. */
export function requireAgreement(key: ApiKey, behaviour: Behaviour): void {
  if (key.team.agreementSigned) return;
  throw new Refusal({
    status: 403,
    code: behaviour.missingAgreementCode,
    title: 'A required agreement is missing or has expired.',
    detail: 'This request requires an in-effect agreement that has not been signed or has expired.',
    reason: 'agreement-unsigned',
  });
}

/** 403 if the key may not call this resource: pages "Creating API Keys" (individual keys) and "Role permissions". */
export function requirePermission(key: ApiKey, route: Route): void {
  if (key.kind === 'individual' && !route.individualKeys) throw forbidden('individual-key');
  if (!route.roles.some((role) => key.roles.has(role))) throw forbidden('role-too-narrow');
}

const forbidden = (reason: string): Refusal =>
  new Refusal({
    status: 403,
    code: 'FORBIDDEN_ERROR',
    title: 'This request is forbidden for security reasons',
    detail: 'The API key in use does not allow this request',
    reason,
  });
