import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Behaviour, defaultBehaviour } from '../../local/simulator/rules/behaviour.ts';
import { behaviourFileSchema, behaviourOf } from '../../local/simulator/rules/behaviour-file.ts';

const NAMES = Object.keys(defaultBehaviour).toSorted();
const fileOf = (behaviour: Record<string, unknown>) => ({
  kind: 'asc-jobs behaviour',
  version: 1,
  behaviour,
});

/** Another value than the default, as a file would name it: the other side of what observers disagree on. */
const OTHER: Behaviour = {
  clockAheadSeconds: -90,
  clockToleranceSeconds: 60,
  strayRefusalEvery: 20,
  missingIssuedAt: 'refused',
  scopeEntryWithoutQuery: 'any-query',
  scopeExtraParameters: 'refused',
  revokedKeyCode: 'NOT_AUTHORIZED',
  missingAgreementCode: 'FORBIDDEN',
  retryAfterOnRateLimit: true,
  purchasePriceWritesPerMinute: 0,
  rateLimitHeaders: 'two',
  reportAccept: 'must-accept-gzip',
  reportContentEncoding: 'none',
  vendorWithoutDataOfType: 'no-sales',
  longReportNotGenerated: 'no-sales',
  retiredReportVersion: 'no-sales',
  weeklyReportPeriod: 'sunday-renamed',
  subscriptionBulkWrite: 'accepted-and-replaces',
  subscriptionPricePointsNeedTerritory: true,
  subscriptionPricesWithoutPlan: 'up-front',
  subscriptionLeadDays: 2,
  secondScheduledPrice: 'refused',
  earlyStartDate: 'relationship',
  volumeTiersOfNewPrice: 'kept',
  analyticsFirstInstancesAfterHours: 24,
  snapshotEveryDays: 0,
  stoppedRequestKeepsOthersOut: true,
};

describe('The behaviours on which observers disagree', () => {
  it('can each be set by the file of simulate --behaviour, to either side', () => {
    for (const given of [defaultBehaviour, OTHER]) {
      const read = behaviourOf(behaviourFileSchema.parse(fileOf({ ...given })));
      assert.deepEqual(read, given);
    }
    for (const name of NAMES) {
      const sides = [defaultBehaviour, OTHER].map(
        (side) => Object.entries(side).find(([key]) => key === name)?.[1],
      );
      assert.notEqual(sides[0], sides[1], name);
    }
  });

  it('are refused by name where a file spells one wrong', () => {
    const wrong = behaviourFileSchema.safeParse(fileOf({ strayRefusals: 3 }));
    assert.match(wrong.error?.issues[0]?.message ?? '', /strayRefusals/);
  });

  it('stand in docs/simulator.md, each with its values and its trust', () => {
    const rows = readFileSync('docs/simulator.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    for (const [name, value] of Object.entries({ ...OTHER })) {
      const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``));
      assert.ok(row, `${name} has a row`);
      assert.match(row, /\*\*[ALO?](?:, [ALO?])*\*\*/, `${name}: trust`);
      const values = [value, Object.entries(defaultBehaviour).find(([key]) => key === name)?.[1]];
      for (const text of values)
        if (typeof text === 'string') assert.ok(row.includes(`\`${text}\``), `${name}: ${text}`);
    }
  });
});
