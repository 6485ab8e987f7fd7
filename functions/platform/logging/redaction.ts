/** What stands in place of a value that must not be printed. */
export const MASK = '[redacted]';

/** Field names whose value is never printed, whatever it is. */
const SENSITIVE_FIELD = /^(authorization|private_?key|p8|token|secret_?string|password|cookie)$/i;

/**
 * Text that looks like key material or a token:
 * a PEM block (also with literal `\n`, also cut short), a JWS in compact form (RFC 7515 section 7.1),
 * the base64 of a PEM, and the base64 of a PKCS#8 or SEC1 elliptic-curve key. The head of a JWS is bounded, since a hostile
 * text of many heads without a point would take quadratic time.
 */
const SENSITIVE_TEXT = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*)?/g,
  /\bLS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{16,}/g,
  /\bM(IG|HcC|EEC|HQC)[A-Za-z0-9+/=\s\\]{40,}/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{16,}/gi,
];

/** Masks everything in a text that looks like a private key or a token. */
export function redactText(text: string): string {
  return SENSITIVE_TEXT.reduce((masked, pattern) => masked.replace(pattern, MASK), text);
}

/**
 * A `JSON.stringify` replacer that masks by field name and by the look of the text. Every log line goes
 * through it, error messages and stacks included.
 */
export function redactingReplacer(field: string, value: unknown): unknown {
  if (value !== null && value !== undefined && SENSITIVE_FIELD.test(field)) return MASK;
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'string' ? redactText(value) : value;
}

/** Masks an error's own texts and those of its causes in place, for errors that leave by another way than the log. */
export function redactError(error: unknown): unknown {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 10;
    current = current.cause, depth += 1
  ) {
    const { message, stack } = current;
    current.message = redactText(message);
    if (stack !== undefined) current.stack = redactText(stack);
  }
  return error;
}
