import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silent } from '../../../bench/scale/simulated-access.ts';
import { fixedKey } from '../../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { createTokenSource } from '../../../functions/app-store-connect/auth/token-source.ts';
import { createClient } from '../../../functions/app-store-connect/client/client.ts';
import { createIntroductoryOfferList } from '../../../functions/prices/apple/introductory-offer-list.ts';
import { createSubscriptionPriceList } from '../../../functions/prices/apple/subscription-price-list.ts';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import { createSimulatedClock } from '../../../local/clock/clock.ts';
import { acceptedChange, emptyLedger, memoryAudit, memoryLedger } from '../../prices/memory.ts';
import { OPEN_RULES } from '../../prices/request/requests.ts';
import { createLifeApple, PAIR, TEAM, type WriteFate } from './life/life-apple.ts';

const START = Date.parse('2026-11-24T18:00:00Z');
const DAY = 24 * 3_600_000;
const PRODUCT = { kind: 'subscription', id: '1' } as const;
const WELL: WriteFate = { kind: 'well' };

/** An Apple that takes no second scheduled price, and the worker that changes the prices of one subscription there. */
async function shop() {
  const clock = createSimulatedClock(START, () => 0);
  const fates: WriteFate[] = [];
  const writes: string[] = [];
  const apple = createLifeApple(clock, () => fates.shift() ?? WELL);
  apple.behaviour.secondScheduledPrice = 'refused';
  apple.behaviour.earlyStartDate = 'relationship';
  const data = emptyLedger();
  const keys = fixedKey({
    key: await parseKeySecret(
      's',
      JSON.stringify({
        keyId: 'LIFEKEY001',
        issuerId: '57246542-96fe-1a63-e053-0824d011072a',
        privateKey: PAIR.privateKey,
        kind: 'team',
      }),
    ),
    versionId: '1',
    versionCreatedAt: START,
  });
  /** Called after each write. */
  let onWrite: (method: string) => unknown = () => undefined;
  const sleep = async (millis: number): Promise<void> => clock.advance(millis);
  const client = createClient({
    baseUrl: 'https://apple.example',
    fetch: async (url, init) => {
      const answer = await apple.fetch(url, init);
      const method = init?.method ?? 'GET';
      if (method !== 'GET') {
        writes.push(`${method} ${answer.status}`);
        await onWrite(method);
      }
      return answer;
    },
    tokens: createTokenSource({
      keys,
      secretName: 's',
      clock,
      remainingMillis: () => 300_000,
      scoped: true,
    }),
    quota: { retryAt: async () => undefined, observe: async () => {} },
    priority: 'price',
    clock,
    sleep,
    random: () => 0.5,
    remainingMillis: () => 300_000,
  });
  const audit = memoryAudit(new Map());
  let seq = 0;
  return {
    apple,
    clock,
    fates,
    writes,
    onWrite: (run: (method: string) => unknown) => {
      onWrite = run;
    },
    priceOn: (day: string) => apple.prices.effective('subscription', '1', day).get('USA'),
    change: async (changeId: string, fields: Record<string, unknown>): Promise<ChangeRecord> => {
      seq += 1;
      const request = {
        idempotencyKey: changeId,
        team: TEAM,
        product: PRODUCT,
        requestedBy: 'cfo',
        ...fields,
      };
      data.changes[`${TEAM}#${changeId}`] = acceptedChange(request, seq, clock.now());
      for (let round = 0; round < 12; round += 1) {
        const prices = createSubscriptionPriceList(client, clock, {
          id: '1',
          plan: 'UPFRONT',
          writes: 'auto',
        });
        await applyChange(
          {
            ledger: memoryLedger(data, clock),
            audit,
            priceList: () => ({
              ...prices,
              introductoryOffers: () =>
                createIntroductoryOfferList(client, clock, { id: '1', plan: 'UPFRONT' }, prices),
            }),
            rules: () => OPEN_RULES,
            clock,
            sleep,
            remainingMillis: () => 300_000,
            sendEvents: async () => undefined,
            log: silent,
            metric: () => undefined,
          },
          TEAM,
          changeId,
        );
        const record = data.changes[`${TEAM}#${changeId}`];
        assert.ok(record !== undefined);
        if (!['accepted', 'sending', 'verifying'].includes(record.state)) return record;
        clock.advance(10 * 60_000);
      }
      throw new Error(`${changeId} does not end: ${JSON.stringify(data.changes[`${TEAM}#${changeId}`])}`);
    },
  };
}

const LATER = { prices: { USA: '7.99' }, startDate: '2026-12-07' };
const problemsOf = ({ problems }: ChangeRecord) => problems.map(({ path, message }) => `${path}: ${message}`);

describe('A new price for which a scheduled one was removed', () => {
  it('is sent on the day that Apple names, where days go by between the removal and the new price', async () => {
    const { clock, writes, onWrite, priceOn, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    onWrite((method) => (method === 'DELETE' ? clock.advance(3 * DAY) : undefined));
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['POST 409', 'DELETE 204', 'POST 409', 'POST 201']);
    assert.equal(priceOn('2026-11-28'), '4.99');
    assert.equal(priceOn('2026-12-08'), '4.99');
  });

  it('is told as failed, with what was removed, where Apple refuses it for good', async () => {
    const { apple, writes, onWrite, priceOn, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    // The refusal names a day that lies too far ahead.
    onWrite((method) => {
      if (method === 'DELETE') apple.behaviour.subscriptionLeadDays = 30;
    });
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.equal(record.state, 'failed');
    assert.equal(record.outcome, 'failed: no price of this change took effect');
    assert.match(
      problemsOf(record).at(-1) ?? '',
      /^USA: removed to make room: 7\.99 from 2026-12-07; the new price was not set/,
    );
    assert.equal(priceOn('2026-12-08'), '9.99');
  });

  it('is not preceded by a second removal, where Apple carries out the acknowledged one late', async () => {
    const { clock, fates, writes, onWrite, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    fates.push(WELL, { kind: 'late', millis: 4 * DAY });
    onWrite((method) => (method === 'DELETE' ? clock.advance(3 * DAY) : undefined));
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.deepEqual(
      writes.filter((write) => write.startsWith('DELETE')),
      ['DELETE 204'],
    );
    assert.equal(record.state, 'failed');
    assert.match(problemsOf(record).join('\n'), /removed to make room/);
  });
});

describe('A new introductory offer for which another one was removed', () => {
  const trial = (duration: string) => ({
    introductoryOffer: { mode: 'FREE_TRIAL', duration, territories: ['USA'] },
  });
  const ofAPerson = {
    data: {
      type: 'subscriptionIntroductoryOffers',
      attributes: { offerMode: 'FREE_TRIAL', duration: 'THREE_DAYS', numberOfPeriods: 1 },
      relationships: {
        subscription: { data: { type: 'subscriptions', id: '1' } },
        territory: { data: { type: 'territories', id: 'USA' } },
      },
    },
  };

  it('is made all the same, where a person has made a third one in between and the answer was lost', async () => {
    const { apple, fates, writes, onWrite, change } = await shop();
    assert.equal((await change('week', trial('ONE_WEEK'))).state, 'applied');
    writes.length = 0;
    fates.push(WELL, WELL, { kind: 'lost before' });
    let isDone = false;
    onWrite(async (method) => {
      if (method !== 'DELETE' || isDone) return;
      isDone = true;
      const url = 'https://apple.example/v1/subscriptionIntroductoryOffers';
      const { status } = await apple.fetch(url, { method: 'POST', body: JSON.stringify(ofAPerson) });
      assert.equal(status, 201);
    });
    const record = await change('month', trial('ONE_MONTH'));
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['DELETE 204', 'DELETE 204', 'POST 201']);
  });
});

describe('A plan of which a scheduled price has begun before it was sent', () => {
  it('is made again, and nothing is sent where the price is there by then', async () => {
    const { apple, clock, writes, onWrite, priceOn, change } = await shop();
    apple.behaviour.secondScheduledPrice = 'replaces';
    await change('tomorrow', { prices: { USA: '4.99' } });
    writes.length = 0;
    onWrite(() => clock.advance(3 * DAY));
    const wanted = { prices: { FRA: '7.99', USA: '4.99' }, startDate: '2026-12-21' };
    const record = await change('later', wanted);
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['POST 201']);
    assert.equal(priceOn('2026-12-22'), '4.99');
  });
});
