import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import type { Status } from '../../../functions/status/model/status.ts';
import { DAY, HOSTILE, NOW } from './base.ts';
import { changeOf, planOf } from './changes.ts';
import { DAYS_OF_INTEREST, seriesOf } from './days.ts';
import { MANY_MOVES, movedDay } from './moves.ts';
import { sampleNumbers } from './numbers.ts';

export function keyOf(
  job: 'reports' | 'prices',
  ageDays: number,
  changes: Partial<KeyStatus> = {},
): KeyStatus {
  return {
    team: 'acme',
    job,
    secretName: `app-store-connect/acme/${job}`,
    checkedAt: NOW - 3_600_000,
    health: 'well',
    findings: [],
    diagnoses: [],
    key: {
      keyId: job === 'reports' ? 'ABCDE12345' : 'FGHIJ67890',
      kind: 'team',
      role: job === 'reports' ? 'FINANCE' : 'APP_MANAGER',
      thumbprint: 'q5yN1X0',
      versionId: 'v1',
      createdAt: '2026-09-01',
      createdAtSource: 'secret',
      ageDays,
      maxAgeDays: 90,
      remainingDays: 90 - ageDays,
      rotateBy: '2026-11-30',
    },
    skewSeconds: 0,
    lastAcceptedAt: NOW - 3_600_000,
    sharedWith: [],
    ...changes,
  };
}

/** A status with everything in it, hostile names among it. */
export const sampleStatus = (): Status => ({
  asOf: NOW,
  source: `a sample ${HOSTILE}`,
  series: [
    seriesOf('SALES/SUMMARY/DAILY', 120, DAYS_OF_INTEREST),
    seriesOf('SUBSCRIPTION/SUMMARY/DAILY', 28),
    {
      team: 'acme',
      vendor: '85012345',
      report: 'FINANCIAL/ZZ',
      frequency: 'FISCAL_MONTHLY',
      days: ['2026-07', '2026-08', '2026-09', '2026-10'].map((date) => ({
        date,
        state: date === '2026-10' ? 'waiting' : 'stored',
      })),
    },
  ],
  plannerRanAt: NOW - 12 * 60_000,
  numbers: sampleNumbers(),
  changes: [
    { ...changeOf('winter-sale-2026/pro-yearly'), plan: planOf('winter-sale-2026/pro-yearly', HOSTILE) },
    changeOf(HOSTILE.replace(/[^\x21-\x7e]/g, '').slice(0, 120), {
      state: 'failed',
      outcome: HOSTILE,
      problems: [{ path: 'FRA', message: HOSTILE }],
      everSent: true,
    }),
    changeOf('autumn', {
      state: 'applied',
      everSent: true,
      movedAt: NOW - 9 * DAY,
      outcome: 'applied: Apple shows every price that was asked for',
    }),
  ],
  appleMoves: { days: [movedDay('2026-11-23'), movedDay('2026-11-20', MANY_MOVES)], unreadable: [] },
  keys: [
    keyOf('reports', 84, {
      findings: [
        {
          severity: 'warning',
          code: 'key-ageing',
          text: 'the key is 84 of 90 days old; rotate it by 2026-11-30',
        },
      ],
    }),
    keyOf('prices', 12, {
      health: 'refused',
      findings: [{ severity: 'problem', code: 'key-refused', text: `Apple refuses the key ${HOSTILE}` }],
      diagnoses: [
        {
          cause: 'key-revoked',
          confidence: 'certain',
          fix: 'The key was revoked; rotate it.',
          docs: 'docs/keys.md#key-revoked',
        },
      ],
      skewSeconds: 42,
    }),
  ],
});
