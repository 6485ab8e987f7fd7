import type { Finding, KeyStatus } from '../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../functions/keys/store/key-use.ts';
import { MARKS } from './key-table.ts';

/** What a doctor says of one key: a line for each thing that was looked at, and what to do about it. */
export function renderReport(status: KeyStatus): string {
  const { key, health, skewSeconds, secretName, findings, diagnoses } = status;
  const title =
    key === undefined
      ? keyUseName(status)
      : `${keyUseName(status)}  ${key.keyId}, ${key.kind} key${key.role === undefined ? '' : ` with the role ${key.role}`}, public key ${key.thumbprint}`;
  const good: (string | false)[] = [
    key !== undefined && `the secret ${secretName} can be read and is in order`,
    health === 'well' && `Apple accepts the key for what ${status.job} need`,
    skewSeconds !== undefined && Math.abs(skewSeconds) <= 30 && 'this clock and Apple’s agree',
    key !== undefined &&
      !findings.some(({ code }) => code === 'key-ageing' || code === 'key-too-old') &&
      `it is ${key.ageDays} of ${key.maxAgeDays} days old`,
    status.sharedWith.length === 0 &&
      key !== undefined &&
      'no other secret of these settings holds the same key',
  ];
  const [certain] = diagnoses;
  const causes =
    diagnoses.length > 1
      ? diagnoses.map(
          ({ confidence, fix, docs }, index) => `      ${index + 1}. ${confidence}: ${fix} (${docs})`,
        )
      : certain === undefined
        ? []
        : [`      ${certain.docs}`];
  return [
    title,
    ...good.filter((line) => line !== false).map((line) => `  ✓ ${line}`),
    ...findings
      .toSorted(worstFirst)
      .flatMap((finding) => [
        `  ${MARKS[finding.severity]} ${finding.text}`,
        ...(finding.code === certain?.cause ? causes : []),
      ]),
  ].join('\n');
}

const ORDER = { problem: 0, warning: 1, note: 2 };
const worstFirst = (a: Finding, b: Finding): number => ORDER[a.severity] - ORDER[b.severity];
