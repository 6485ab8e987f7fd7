import type { Examination } from '../../../functions/keys/check/examine-key.ts';
import { causeLines, probeLine } from './doctor-report.ts';

/** What a doctor says of a key from a file: what Apple lets it do, and why it does not. */
export function renderExamination(report: Examination): string {
  const { key, probes, skewSeconds = 0, mayReadApps, mayReadSales, vendorIsRight, diagnoses } = report;
  const holder = key.issuerId === undefined ? 'an individual key' : `a team key of issuer ${key.issuerId}`;
  const direction = skewSeconds < 0 ? 'ahead of' : 'behind';
  return [
    `${key.keyId}, ${holder}, public key ${key.thumbprint}`,
    ...line(
      mayReadApps,
      'reads apps (as keys for prices do)',
      'may not read apps: it is no key for prices (reports need no apps)',
    ),
    ...line(
      mayReadSales,
      'reads Sales and Trends (as keys for reports do)',
      'may not read Sales and Trends: it is no key for reports',
    ),
    ...line(
      vendorIsRight,
      'Apple takes the vendor number',
      'Apple does not take this vendor number for the key’s team',
    ),
    ...(mayReadApps === true
      ? ['  i Whether it may change prices is not proved: no read shows it. They need App Manager or Admin.']
      : []),
    ...(Math.abs(skewSeconds) > 30
      ? [
          `  ! This machine's clock is ${Math.abs(skewSeconds)} s ${direction} Apple's: synchronize it by NTP.`,
        ]
      : []),
    ...(diagnoses.length > 0 ? [`  ${headlineOf(report)}`, ...causeLines(diagnoses)] : []),
    ...probes.map((probe) => `    ${probeLine(probe)}`),
  ].join('\n');
}

const line = (fact: boolean | undefined, good: string, bad: string): string[] =>
  fact === undefined ? [] : [fact ? `  ✓ ${good}` : `  ✗ ${bad}`];

/** The line above the causes: a key is named as refused only where Apple refused the key itself. */
function headlineOf({ severity, diagnoses }: Examination): string {
  // Apple could not be asked: severity is "problem" only where it answered.
  if (severity !== 'problem') return '? Nothing is proved about the key: Apple could not be asked.';
  if (diagnoses[0]?.cause === 'agreement-unsigned')
    return '✗ Apple refuses every call of this team; the key is good:';
  return '✗ Apple does not take the key:';
}
