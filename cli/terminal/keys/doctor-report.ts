import type { Diagnosis } from '../../../functions/app-store-connect/diagnosis/diagnosis.ts';
import type { Finding, KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../../functions/keys/store/key-use.ts';
import { MARKS } from './key-table.ts';

/** What a doctor says of one key: a line for each thing that was looked at, and what to do about it. */
export function renderReport(status: KeyStatus): string {
  const { key, secretName, findings, diagnoses, probe } = status;
  const [first] = diagnoses;
  return [
    titleOf(status),
    ...goodNews(status).map((line) => `  ✓ ${line}`),
    ...findings
      .toSorted(worstFirst)
      .flatMap((finding) => [
        `  ${MARKS[finding.severity]} ${finding.code === first?.cause ? headlineFor(status) : finding.text}`,
        ...(finding.code === first?.cause ? causeLines(diagnoses) : []),
      ]),
    ...(probe !== undefined && status.health !== 'well' ? [`    ${probeLine(probe)}`] : []),
    ...(key === undefined ? [`    secret ${secretName}`] : []),
  ].join('\n');
}

function titleOf(status: KeyStatus): string {
  const { key } = status;
  if (key === undefined) return keyUseName(status);
  const role = key.role === undefined ? '' : ` with the stated role ${key.role}`;
  const issuer = key.issuerId === undefined ? '' : `, issuer ${key.issuerId}`;
  return `${keyUseName(status)}  ${key.keyId}, ${key.kind} key${role}${issuer}, public key ${key.thumbprint}`;
}

function goodNews({ key, health, job, skewSeconds, secretName, findings, sharedWith }: KeyStatus): string[] {
  const has = (...codes: string[]): boolean => findings.some(({ code }) => codes.includes(code));
  const lines: (string | false)[] = [
    key !== undefined && `the secret ${secretName} can be read and is in order`,
    health === 'well' &&
      (job === 'prices'
        ? 'Apple accepts the key and lets it read apps'
        : 'Apple accepts the key for what reports need'),
    skewSeconds !== undefined && Math.abs(skewSeconds) <= 30 && 'this clock and Apple’s agree',
    key !== undefined &&
      !has('key-ageing', 'key-too-old') &&
      `it is ${key.ageDays} of ${key.maxAgeDays} days old`,
    key !== undefined && sharedWith.length === 0 && 'no other secret of these settings holds the same key',
  ];
  return lines.filter((line) => line !== false);
}

/** The headline above the causes: no possibility is told as a fact. */
function headlineFor({ health, diagnoses, key }: KeyStatus): string {
  const name = key === undefined ? 'the key' : `key ${key.keyId}`;
  const what =
    key === undefined
      ? 'The secret gives no key'
      : health === 'refused'
        ? `${name} does not do its job`
        : 'Nothing is proved about the key, as Apple could not be asked';
  const [first] = diagnoses;
  if (first?.confidence === 'possible')
    return `${what}. The cause cannot be told from the response; what it may be, to be checked in this order:`;
  return `${what}:`;
}

/** Each cause with how certain it is and where it is described. */
export const causeLines = (diagnoses: readonly Diagnosis[]): string[] =>
  diagnoses.map(
    ({ confidence, fix, docs }, index) =>
      `      ${diagnoses.length > 1 ? `${index + 1}. ` : ''}${confidence}: ${fix} (${docs})`,
  );

/** The request and Apple's response to it, as Apple's support asks for it. */
export function probeLine({
  endpoint,
  status,
  appleCode,
  requestId,
  correlationKey,
}: NonNullable<KeyStatus['probe']>): string {
  return [
    `GET ${endpoint} → ${status ?? 'no response'}${appleCode === undefined ? '' : ` ${appleCode}`}`,
    ...(requestId === undefined ? [] : [`request id ${requestId}`]),
    ...(correlationKey === undefined ? [] : [`correlation key ${correlationKey}`]),
  ].join(', ');
}

const ORDER = { problem: 0, warning: 1, note: 2 };
const worstFirst = (a: Finding, b: Finding): number => ORDER[a.severity] - ORDER[b.severity];
