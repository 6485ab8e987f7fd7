import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import {
  blockedOn,
  looseLimits,
  needsApproval,
  type PriceRules,
  reasonsForApproval,
  violations,
  wayBackRules,
} from '../../../functions/prices/plan/limits.ts';
import type { EntryKind } from '../../../functions/prices/plan/plan-entry.ts';
import { requestOf, targetEntry } from '../request/requests.ts';

const rulesOf = (rules: Record<string, unknown> = {}): PriceRules => {
  const [team] = parseSettings({
    teams: [{ name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: rules }],
  }).teams;
  if (team?.prices === undefined) throw new Error('no price rules');
  return team.prices;
};

const messages = (
  rules: PriceRules,
  from: string | null,
  to: string,
  kind: EntryKind = 'change',
  limits = {},
) =>
  violations(rules, requestOf({ limits }), [targetEntry('USA', from, to, kind)]).map(
    ({ message }) => message,
  );

describe('Limits of a price change', () => {
  it('are 30 % up and 60 % down unless the team says otherwise, and may be reached', () => {
    const rules = rulesOf();
    assert.deepEqual(messages(rules, '100', '130'), []);
    assert.deepEqual(messages(rules, '100', '130.01'), ['100 → 130.01 is +30 %; the limit is +30 %']);
    assert.deepEqual(messages(rules, '100', '40'), []);
    assert.deepEqual(messages(rules, '100', '39'), ['100 → 39 is -61 %; the limit is -60 %']);
  });

  it('are tightened by a request and by a territory, never loosened by a request', () => {
    const rules = rulesOf({ territories: { USA: { maxIncreasePercent: 50, maxDecreasePercent: 5 } } });
    assert.deepEqual(messages(rules, '100', '150'), []);
    assert.deepEqual(messages(rules, '100', '94').length, 1);
    assert.deepEqual(messages(rules, '100', '120', 'change', { maxIncreasePercent: 10 }), [
      '100 → 120 is +20 %; the limit is +10 %',
    ]);
    assert.deepEqual(
      looseLimits(rulesOf(), requestOf({ limits: { maxIncreasePercent: 31, maxDecreasePercent: 61 } })),
      [
        {
          path: 'limits.maxIncreasePercent',
          message: "31 is looser than the team's 30; a request may only tighten it",
        },
        {
          path: 'limits.maxDecreasePercent',
          message: "61 is looser than the team's 60; a request may only tighten it",
        },
      ],
    );
  });

  it('hold floor and ceiling also for a first price', () => {
    const rules = rulesOf({ territories: { USA: { floor: '5', ceiling: '100' } } });
    assert.deepEqual(messages(rules, null, '4.99', 'first'), ['4.99 is below the floor of 5']);
    assert.deepEqual(messages(rules, null, '100.01', 'first'), ['100.01 is above the ceiling of 100']);
    assert.deepEqual(messages(rules, null, '5.0', 'first'), []);
  });

  it('list every fault of a territory', () => {
    const rules = rulesOf({ territories: { USA: { ceiling: '120' } } });
    assert.equal(messages(rules, '100', '150').length, 2);
  });

  it('hold what follows the base by itself, and let pass what changes nothing', () => {
    const rules = rulesOf();
    assert.equal(messages(rules, '100', '200', 'follows').length, 1);
    assert.equal(messages(rules, '100', '200', 'none').length, 0);
    assert.equal(messages(rules, '100', '100', 'unschedule').length, 0);
  });

  it('block the days of a period, first and last included', () => {
    const rules = rulesOf({ blockedPeriods: [{ from: '2026-12-20', to: '2026-12-31', reason: 'holidays' }] });
    const on = (day: string): number => blockedOn(rules, day).length;
    assert.deepEqual(['2026-12-19', '2026-12-20', '2026-12-31', '2027-01-01'].map(on), [0, 1, 1, 0]);
    assert.match(
      blockedOn(rules, '2026-12-24')[0]?.message ?? '',
      /from 2026-12-20 to 2026-12-31 \(holidays\)/,
    );
  });

  it('keep no temporary price in effect: none holds its way back up', () => {
    const rules = wayBackRules(
      rulesOf({
        maxIncreasePercent: 5,
        territories: { USA: { ceiling: '200' } },
        blockedPeriods: [{ from: '2026-12-20', to: '2026-12-31' }],
      }),
    );
    assert.deepEqual(messages(rules, '100', '900'), []);
    assert.deepEqual(blockedOn(rules, '2026-12-24'), []);
  });
});

describe('An approval', () => {
  const asks = (
    from: string | null,
    to: string,
    kind: EntryKind = 'change',
    above: number | undefined = 10,
  ) =>
    needsApproval(rulesOf({ approvalAbovePercent: above }), {
      entries: [targetEntry('USA', from, to, kind)],
    });

  it('is asked for where any territory moves by more than the team lets pass', () => {
    assert.equal(asks('100', '110'), false);
    assert.equal(asks('100', '110.01'), true);
    assert.equal(asks('100', '89'), true);
    assert.equal(asks('100', '200', 'follows'), true);
  });

  it('is asked for with first prices, not for what changes nothing', () => {
    assert.equal(asks(null, '1', 'first'), true);
    assert.equal(asks('100', '200', 'none'), false);
  });

  it('says what it is for: first prices and moves apart', () => {
    const reasons = (...entries: ReturnType<typeof targetEntry>[]) =>
      reasonsForApproval(rulesOf({ approvalAbovePercent: 10 }), { entries });
    assert.deepEqual(reasons(targetEntry('USA', null, '1', 'first')), [
      'USA gets a first price, which needs an approval',
    ]);
    assert.deepEqual(
      reasons(
        targetEntry('USA', null, '1', 'first'),
        targetEntry('CAN', '1', '2', 'change'),
        targetEntry('DEU', '1', '2', 'change'),
      ),
      [
        'USA gets a first price, which needs an approval',
        'CAN 1 → 2 and 1 more: above approvalAbovePercent 10',
      ],
    );
  });

  it('is never asked for unless the settings do', () => {
    assert.equal(needsApproval(rulesOf(), { entries: [targetEntry('USA', '1', '1000', 'change')] }), false);
  });
});

describe('A free app', () => {
  it('can become paid: no percentage says anything from zero, the approval of first prices does', () => {
    assert.deepEqual(messages(rulesOf(), '0', '0.99'), []);
    assert.deepEqual(messages(rulesOf(), '0.0', '0.99', 'follows'), []);
    assert.equal(
      needsApproval(rulesOf({ approvalAbovePercent: 20 }), {
        entries: [targetEntry('USA', '0', '0.99', 'change')],
      }),
      true,
    );
    const bounded = rulesOf({ territories: { USA: { ceiling: '0.50' } } });
    assert.deepEqual(messages(bounded, '0', '0.99'), ['0.99 is above the ceiling of 0.50']);
  });

  it('is still held against the limit when a paid one becomes free', () => {
    assert.deepEqual(messages(rulesOf(), '0.99', '0'), ['0.99 → 0 is -100 %; the limit is -60 %']);
  });
});

describe('Limits within some days', () => {
  const within = (from: string, to: string, earlier: string, currency = 'USD') =>
    violations(
      rulesOf({ limitWindowDays: 30 }),
      requestOf(),
      [targetEntry('USA', from, to, 'change')],
      new Map([['USA', { price: earlier, currency }]]),
    ).map(({ message }) => message);

  it('count several small steps as the large one that they are', () => {
    assert.deepEqual(within('130', '169', '100'), ['100 → 169 is +69 % within 30 days; the limit is +30 %']);
    assert.deepEqual(within('130', '130', '100'), []);
    assert.deepEqual(within('50', '30', '100'), ['100 → 30 is -70 % within 30 days; the limit is -60 %']);
  });

  it('say nothing of a price in another currency', () => {
    assert.deepEqual(within('130', '169', '100', 'BGN'), []);
  });
});

describe('Floor and ceiling', () => {
  it('in another currency than Apple sells in are told, not compared', () => {
    const rules = rulesOf({ territories: { USA: { floor: '200', currency: 'BGN' } } });
    assert.deepEqual(messages(rules, '100', '110'), [
      'the limits of the settings are in BGN, but Apple sells in USD now; put floor and ceiling in USD into the settings',
    ]);
    assert.deepEqual(
      messages(rulesOf({ territories: { USA: { floor: '100', currency: 'USD' } } }), '100', '110'),
      [],
    );
  });
});
