import { Refusal } from '../rules/apple-error.ts';
import type { Call } from '../server/route.ts';

/** 406 for the `Accept` headers that the behaviour says report downloads do not take. */
export function requireAcceptable({ headers, behaviour }: Call): void {
  const accept = headers.accept ?? '*/*';
  const asksForGzip = /\bapplication\/a-gzip\b/.test(accept);
  const takesGzip = asksForGzip || /\*\/\*|\bapplication\/\*/.test(accept);
  const refused =
    (behaviour.reportAccept === 'must-accept-gzip' && !takesGzip) ||
    (behaviour.reportAccept === 'must-not-ask-for-gzip' && asksForGzip);
  if (!refused) return;
  throw new Refusal({
    status: 406,
    code: 'NOT_ACCEPTABLE',
    title: 'The specified value for the Accept header is not acceptable',
    detail: 'The resource cannot be returned in a form that the Accept header names.',
    reason: 'not-acceptable',
  });
}
