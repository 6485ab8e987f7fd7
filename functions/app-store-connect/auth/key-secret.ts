import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod';
import { formatProblems, JobError } from '../../platform/errors.ts';
import { SecretValue } from '../../platform/logging/secret-value.ts';
import { readJson } from '../../platform/validation/read-json.ts';

import type { ApiKey } from '../diagnosis/api-key.ts';
import type { KeySecretProblem } from './key-secret-problem.ts';
import { readPrivateKey } from './private-key.ts';

/** A secret that holds no usable key. Names each problem; never quotes what the secret holds. */
export class KeySecretError extends JobError<'KEY_SECRET_INVALID'> {
  readonly secretName: string;
  readonly problems: readonly KeySecretProblem[];

  constructor(secretName: string, problems: readonly KeySecretProblem[]) {
    super({
      code: 'KEY_SECRET_INVALID',
      message: `The secret ${secretName} holds no usable App Store Connect key:\n${formatProblems(problems)}`,
      retryable: false,
    });
    this.secretName = secretName;
    this.problems = problems;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const missing = (field: string) => `is missing; the secret needs "${field}"`;

/** Blanks and quotes around a value come from copying; they are never part of it. */
const trimmed = (text: string): string =>
  text
    .trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();

const secretSchema = z.object({
  keyId: z
    .string(missing('keyId'))
    .transform((text) => trimmed(text).toUpperCase())
    .pipe(z.string().regex(/^[A-Z0-9]{10}$/, 'must be the ten capitals and digits Apple shows as Key ID')),
  issuerId: z
    .string()
    .transform((text) => trimmed(text).toLowerCase())
    .pipe(z.string().regex(UUID, 'must be the UUID that Apple shows as Issuer ID above the list of keys'))
    .optional(),
  privateKey: z.string(missing('privateKey')),
  kind: z
    .string()
    .transform((text) => trimmed(text).toLowerCase())
    .pipe(z.enum(['team', 'individual'], 'must be "team" or "individual"'))
    .default('team'),
  // As Apple's page shows it ("App Manager") or as its API calls it (APP_MANAGER).
  role: z
    .string()
    .transform((text) =>
      trimmed(text)
        .toUpperCase()
        .replace(/[\s-]+/g, '_'),
    )
    .optional(),
  createdAt: z.string().transform(trimmed).pipe(z.iso.date('must be a day such as 2026-09-01')).optional(),
});

/** How other tools call our fields. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  keyId: ['key_id', 'keyID', 'kid', 'KeyId'],
  issuerId: ['issuer_id', 'issuerID', 'issuer', 'iss', 'IssuerId'],
  privateKey: ['private_key', 'key', 'p8', 'privatekey', 'key_content'],
};

/**
 * Reads the JSON of a key secret: `{"keyId","issuerId","privateKey","kind","role","createdAt"}`.
 *
 * @param secretName for messages only
 * @param text the secret's value
 * @throws KeySecretError naming every problem at once
 */
export async function parseKeySecret(secretName: string, text: string): Promise<ApiKey> {
  const json = parseJson(secretName, text);
  const parsed = secretSchema.safeParse(json);
  const privateKey = readPrivateKey(privateKeyText(json));
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map(toProblem)),
    ...missingIssuer(json),
    ...(privateKey.kind === 'rejected' ? privateKey.problems : []),
  ];
  if (!parsed.success || privateKey.kind === 'rejected' || problems.length > 0) {
    throw new KeySecretError(secretName, distinctByPath(problems).map(namedOtherwise(json)));
  }
  const { keyId, kind, issuerId, role, createdAt } = parsed.data;
  return {
    keyId,
    // The schema has made sure that a team key has its issuer; an individual key's stray issuer is dropped.
    ...(kind === 'team' && issuerId !== undefined ? { kind, issuerId } : { kind: 'individual' }),
    ...(role !== undefined && { role }),
    ...(createdAt !== undefined && { createdAt }),
    privateKey: new SecretValue(privateKey.value),
    thumbprint: await publicThumbprint(privateKey.value),
  };
}

function parseJson(secretName: string, text: string): Record<string, unknown> {
  const json = readJson(text, '(secret)');
  if (json.kind === 'rejected') {
    throw new KeySecretError(secretName, [
      {
        path: '(secret)',
        name: 'not-json',
        message:
          'is not JSON; store {"keyId","issuerId","privateKey","kind","role","createdAt"}, not the .p8 file alone',
      },
    ]);
  }
  const object = z.record(z.string(), z.unknown()).safeParse(json.value);
  if (object.success) return object.data;
  throw new KeySecretError(secretName, [
    { path: '(secret)', name: 'not-an-object', message: 'is JSON but not an object' },
  ]);
}

const privateKeyText = (json: Record<string, unknown>): string | undefined =>
  typeof json['privateKey'] === 'string' ? json['privateKey'] : undefined;

/** A field that is there under the name that another tool gives it: names both. */
const namedOtherwise =
  (json: Record<string, unknown>) =>
  (problem: KeySecretProblem): KeySecretProblem => {
    const other = OTHER_NAMES[problem.path]?.find((name) => json[name] !== undefined);
    if (problem.name !== 'field-missing' || other === undefined) return problem;
    return {
      ...problem,
      message: `is missing; the secret has it as "${other}": rename that to "${problem.path}"`,
    };
  };

/** Only an individual key has no issuer. */
function missingIssuer(json: Record<string, unknown>): KeySecretProblem[] {
  const kind = typeof json['kind'] === 'string' ? trimmed(json['kind']).toLowerCase() : 'team';
  if (kind === 'individual' || json['issuerId'] !== undefined) return [];
  return [{ path: 'issuerId', name: 'field-missing', message: missing('issuerId') }];
}

function toProblem(issue: z.core.$ZodIssue): KeySecretProblem {
  const path = issue.path.join('.');
  return { path, name: problemName(path, issue.message), message: issue.message };
}

function problemName(path: string, message: string): KeySecretProblem['name'] {
  if (message === missing(path)) return 'field-missing';
  if (path === 'keyId') return 'key-id-malformed';
  if (path === 'issuerId') return 'issuer-malformed';
  if (path === 'kind') return 'kind-unknown';
  return path === 'createdAt' ? 'created-at-malformed' : 'field-malformed';
}

/** A missing private key is told by the schema and by the key reader: keep the first word on each field. */
function distinctByPath(problems: readonly KeySecretProblem[]): KeySecretProblem[] {
  return problems.filter(({ path }, index) => problems.findIndex((other) => other.path === path) === index);
}

const publicThumbprint = (key: KeyObject): Promise<string> =>
  calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' }));
