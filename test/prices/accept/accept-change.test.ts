import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, rejected } from '../../../functions/platform/validation/checked.ts';
import { acceptChange, planChange } from '../../../functions/prices/accept/accept-change.ts';
import { acceptFile } from '../../../functions/prices/accept/accept-file.ts';
import { sweepChanges } from '../../../functions/prices/accept/sweep-changes.ts';
import { type Acceptance, acceptance, planOf, wish } from './acceptance.ts';

const accept = (at: Acceptance, changes: Record<string, unknown> = {}, announce = false) =>
  acceptChange(at, wish(changes), announce);
const pathsOf = async (at: Acceptance, changes: Record<string, unknown>): Promise<string[]> =>
  ((await accept(at, changes)).problems ?? []).map(({ path }) => path);

describe('A request on acceptance', () => {
  it('is accepted, claimed and queued', async () => {
    const at = acceptance();
    assert.deepEqual(await accept(at), { status: 'accepted', changeId: 'sale' });
    assert.deepEqual(at.queued, ['sale']);
    const record = at.data.changes['acme#sale'];
    assert.deepEqual([record?.state, record?.seq, record?.rev, record?.everSent], ['accepted', 1, 1, false]);
  });

  it('takes its place behind the earlier ones of its product, plan by plan', async () => {
    const at = acceptance();
    await accept(at, { idempotencyKey: 'a' });
    await accept(at, { idempotencyKey: 'b' });
    await accept(at, { idempotencyKey: 'c', product: { kind: 'subscription', id: '1', plan: 'MONTHLY' } });
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => at.data.changes[`acme#${id}`]?.seq),
      [1, 2, 1],
    );
  });

  it('that comes again is a duplicate, wherever the first one stands', async () => {
    const at = acceptance();
    await accept(at);
    assert.deepEqual(await accept(at), { status: 'duplicate', changeId: 'sale', state: 'accepted' });
    const record = at.data.changes['acme#sale'];
    if (record === undefined) throw new Error('no record');
    at.data.changes['acme#sale'] = {
      ...record,
      state: 'rejected',
      outcome: 'rejected: 1 problem',
      problems: [{ path: 'p', message: 'm' }],
    };
    assert.deepEqual(await accept(at), {
      status: 'duplicate',
      changeId: 'sale',
      state: 'rejected',
      outcome: 'rejected: 1 problem',
      problems: [{ path: 'p', message: 'm' }],
    });
  });

  it('that died between claim and queue is queued by its repeat, or by the sweep', async () => {
    const at = acceptance();
    let alive = false;
    const dying = {
      ...at,
      queueChange: async (record: Parameters<Acceptance['queueChange']>[0]) => {
        if (!alive) throw new Error('killed');
        await at.queueChange(record);
      },
    };
    await assert.rejects(acceptChange(dying, wish(), false));
    assert.deepEqual([at.data.changes['acme#sale']?.state, at.queued], ['accepted', []]);
    alive = true;
    assert.equal((await acceptChange(dying, wish(), false)).status, 'duplicate');
    assert.deepEqual(at.queued, ['sale']);
    at.clock.at += 8 * 60_000;
    assert.deepEqual(await sweepChanges(at), { open: 1, queuedAgain: 1, told: 0, expired: 0, goingBack: 0 });
    assert.deepEqual(at.queued, ['sale', 'sale']);
  });

  it('that meets its twin at the same moment claims once', async () => {
    const at = acceptance();
    const answers = await Promise.all([accept(at), accept(at), accept(at)]);
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), ['accepted', 'duplicate', 'duplicate']);
  });

  it('under the key of another request is refused', async () => {
    const at = acceptance();
    await accept(at);
    const answer = await accept(at, { prices: { USA: '4.99' } });
    assert.equal(answer.status, 'rejected');
    assert.match(
      answer.problems?.[0]?.message ?? '',
      /is in use by another request of 2026-11-24T18:00:00.000Z \(accepted\)/,
    );
    assert.equal(at.data.changes['acme#sale']?.request.prices?.['USA'], '9.99');
  });

  it('is still a duplicate when its deadline or its start has passed meanwhile', async () => {
    const at = acceptance();
    const dated = { notAfter: '2026-11-24T19:00:00Z', startDate: '2026-11-24' };
    await accept(at, dated);
    at.clock.at += 48 * 3_600_000;
    assert.equal((await accept(at, dated)).status, 'duplicate');
  });

  it('claims nothing when it is refused, so the key stays free', async () => {
    const at = acceptance();
    assert.equal((await accept(at, { notAfter: '2026-11-24T17:59:59Z' })).status, 'rejected');
    assert.equal((await accept(at)).status, 'accepted');
  });

  it('is told everything that settings and clock have against it', async () => {
    const wrong = {
      notAfter: '2026-01-01T00:00:00Z',
      startDate: '2026-11-23',
      limits: { maxIncreasePercent: 99 },
    };
    assert.deepEqual(await pathsOf(acceptance(), wrong), [
      'limits.maxIncreasePercent',
      'notAfter',
      'startDate',
    ]);
  });

  it('is told of an unknown team beside whatever else is wrong', async () => {
    assert.deepEqual(await pathsOf(acceptance(), { team: 'acne', prices: { USA: 1 } }), [
      'prices.USA',
      'team',
    ]);
    const [first] = (await accept(acceptance(), { team: 'acne' })).problems ?? [];
    assert.equal(first?.message, '"acne" is not a team of the settings; nearest: acme');
    assert.match(
      (await accept(acceptance(), { team: 'readers' })).problems?.[0]?.message ?? '',
      /set keys\.prices/,
    );
  });

  it('counts today as California does', async () => {
    const at = acceptance();
    at.clock.at = Date.parse('2026-11-25T07:59:00Z');
    assert.equal((await accept(at, { startDate: '2026-11-24' })).status, 'accepted');
    at.clock.at = Date.parse('2026-11-25T08:00:00Z');
    assert.deepEqual(await pathsOf(at, { idempotencyKey: 'other', startDate: '2026-11-24' }), ['startDate']);
  });
});

describe('A refusal', () => {
  it('is told by an event where nobody waits for the answer, however often it comes under one id', async () => {
    const at = acceptance();
    await accept(at, { team: 'acne' }, true);
    await accept(at, { team: 'acne' }, true);
    assert.deepEqual(
      at.events.map(({ detailType }) => detailType),
      ['Price Change Rejected', 'Price Change Rejected'],
    );
    assert.equal(at.events[0]?.detail['id'], at.events[1]?.detail['id']);
    assert.equal(at.events[0]?.detail['changeId'], 'sale');
    assert.deepEqual(at.metrics, ['PriceChangeRejected 1', 'PriceChangeRejected 1']);
  });

  it('is no event where the caller has the answer', async () => {
    const at = acceptance();
    await accept(at, { team: 'acne' });
    assert.deepEqual(at.events, []);
  });

  it('of something that is no request is told as well', async () => {
    const at = acceptance();
    assert.equal((await acceptChange(at, 'prices!', true)).status, 'rejected');
    assert.equal(at.events.length, 1);
  });
});

describe('A dry run', () => {
  it('answers with the plan, or with what stands against it, and claims nothing', async () => {
    const at = acceptance();
    assert.deepEqual(await accept(at, { dryRun: true }), {
      status: 'rejected',
      changeId: 'sale',
      problems: [{ path: 'prices.USA', message: 'as the plan says' }],
    });
    const plan = planOf({});
    const planning = { ...at, planOnly: async () => accepted({ plan, planKey: 'k' }) };
    assert.deepEqual(await acceptChange(planning, wish({ dryRun: true }), false), {
      status: 'planned',
      changeId: 'sale',
      plan,
      planKey: 'k',
    });
    assert.deepEqual([at.data.changes, at.queued], [{}, []]);
  });
});

describe('A request from outside that passes for a rollback', () => {
  const passing = { rollbackOf: 'sale', undoes: ['later'] };

  it('is refused by name, with the command that rolls back', async () => {
    for (const ask of [
      (at: Acceptance) => acceptChange(at, wish(passing), false),
      (at: Acceptance) => planChange(at, wish(passing)),
    ]) {
      const at = acceptance();
      const answer = await ask(at);
      assert.equal(answer.status, 'rejected');
      assert.deepEqual(
        answer.problems?.map(({ path }) => path),
        ['rollbackOf', 'undoes'],
      );
      for (const { message } of answer.problems ?? []) assert.match(message, /asc-jobs prices rollback/);
      assert.deepEqual([at.data.changes, at.queued], [{}, []]);
    }
  });

  it('is refused in a file too', async () => {
    const at = acceptance();
    const files = {
      read: async () => accepted(JSON.stringify(wish(passing))),
      write: async () => undefined,
      list: async function* () {},
    };
    const { answers } = await acceptFile(
      { ...at, files },
      { key: 'inbox/prices/undo.json', versionId: 'v1' },
    );
    assert.match(JSON.stringify(answers), /"status":"rejected".*rollbackOf.*asc-jobs prices rollback/);
    assert.deepEqual(at.data.changes, {});
  });
});

describe('A change that is known', () => {
  it('is answered as such by a dry run too: no plan is shown that is not carried out', async () => {
    const at = acceptance();
    await acceptChange(at, wish(), false);
    const again = await acceptChange(at, wish({ dryRun: true }), false);
    assert.deepEqual([again.status, again.state, again.plan], ['duplicate', 'accepted', undefined]);
    const planned = await planChange({ ...at, planOnly: async () => assert.fail('nobody plans') }, wish());
    assert.deepEqual([planned.status, planned.state], ['duplicate', 'accepted']);
    assert.deepEqual(at.queued, ['sale']);
  });

  it('names the change that took it back, whatever that is called', async () => {
    const at = acceptance();
    await acceptChange(at, wish(), false);
    const back = { idempotencyKey: 'undo', prices: { USA: '4.99' }, rollbackOf: 'sale' };
    await acceptChange(at, wish(back), false, true);
    for (const record of Object.values(at.data.changes))
      Object.assign(record, { state: 'applied', everSent: true });
    assert.equal((await acceptChange(at, wish(), false)).rolledBackBy, 'undo');
    const planned = await planChange(at, wish());
    assert.deepEqual([planned.status, planned.rolledBackBy, planned.plan], ['duplicate', 'undo', undefined]);
    assert.equal((await acceptChange(at, wish(back), false)).rolledBackBy, undefined);
    const other = await acceptChange(at, wish({ prices: { USA: '7.99' } }), false);
    assert.match(other.problems?.[0]?.message ?? '', /\(applied, then rolled back by undo\)/);
  });
});

describe('A file that cannot be read', () => {
  it('is told by an event, not only in the outbox', async () => {
    const at = acceptance();
    const written: string[] = [];
    const files = {
      read: async () => rejected('(file)', 'is a spreadsheet'),
      write: async (key: string) => void written.push(key),
      list: async function* () {},
    };
    await acceptFile({ ...at, files }, { key: 'inbox/prices/winter.xlsx', versionId: 'v1' });
    assert.deepEqual(
      at.events.map(({ detailType, detail }) => [detailType, detail['file'], detail['problems']]),
      [
        [
          'Price Change Rejected',
          'inbox/prices/winter.xlsx',
          [{ path: '(file)', message: 'is a spreadsheet' }],
        ],
      ],
    );
    assert.deepEqual(written, ['outbox/prices/winter.xlsx.answer.json']);
  });
});
