import type { Authorization } from './authorizations.ts';
import type { DeployedPolicies } from './policies.ts';

/** A question that AWS would ask IAM, with the policies that answer it. */
export type AskedAuthorization = Authorization & {
  /** The id of a function, or the name under which somebody else calls: `operator` for `asc-jobs`. */
  caller: string;
  deployed: DeployedPolicies;
};

type Listener = (asked: AskedAuthorization) => void;

/** Of the whole process, not of one local cloud: a check that is loaded with `node --import` hears all of them. */
const listeners = new Set<Listener>();

/** Is told of every question to IAM in this process, before it is answered. Returns how to stop it. */
export function watchAuthorizations(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function publishAuthorization(asked: AskedAuthorization): void {
  for (const listener of listeners) listener(asked);
}
