import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Apple, lastSeen, morning } from '../apple.ts';
import { call, december, get, pointId, ref, startPrices } from './prices-client.ts';

const PRO = '6448311069';
const HOUR = 3_600_000;

/** Asks for another price of the United States from December on. */
async function change(apple: Apple, price: string, startDate = december) {
  const point = await pointId(apple, `/v1/subscriptions/${PRO}/pricePoints`, 'USA', price);
  const data = {
    type: 'subscriptionPrices',
    attributes: { startDate },
    relationships: {
      subscription: ref('subscriptions', PRO),
      subscriptionPricePoint: ref('subscriptionPricePoints', point),
    },
  };
  return { data, send: () => call(apple, 'POST', '/v1/subscriptionPrices', { data }) };
}

const inDecember = ({ simulator }: Apple) =>
  simulator.prices.effective('subscription', PRO, december).get('USA');
const history = ({ simulator }: Apple) => simulator.prices.history('subscription', PRO);
const method = 'POST';

describe('A price change whose answer is lost', () => {
  it('has taken effect all the same (dropAfter)', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99');
    apple.simulator.faults.add({ match: { method }, effect: { kind: 'dropAfter' } });
    await assert.rejects(send());
    assert.equal(inDecember(apple), '59.99');
  });

  it('has taken effect though a 5xx is answered (statusAfter)', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99');
    apple.simulator.faults.add({ match: { method }, effect: { kind: 'statusAfter', status: 503 } });
    const { status, errors } = await send();
    assert.deepEqual([status, errors[0]?.code, inDecember(apple)], [503, 'UNEXPECTED_ERROR', '59.99']);
    assert.deepEqual([lastSeen(apple).fault, lastSeen(apple).status], ['statusAfter', 503]);
  });

  it('has not taken effect if the fault came before (status, dropBefore)', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99');
    apple.simulator.faults.add({ match: { method }, effect: { kind: 'dropBefore' } });
    await assert.rejects(send());
    apple.simulator.faults.add({ match: { method }, effect: { kind: 'status', status: 500, code: 'X' } });
    assert.equal((await send()).status, 500);
    assert.deepEqual([inDecember(apple), history(apple)], ['49.99', []]);
  });
});

describe('A price change that takes effect late', () => {
  for (const [answer, heard] of [
    ['lost', 'nothing'],
    ['status500', 500],
    ['normal', 201],
  ] as const) {
    it(`answers ${heard} and happens when its time has come`, async (context) => {
      const apple = await startPrices(context);
      const { send } = await change(apple, '59.99');
      apple.simulator.faults.add({
        match: { method },
        effect: { kind: 'delayedEffect', millis: HOUR, answer },
      });
      const status = await send().then(
        (response) => response.status,
        () => 'nothing',
      );
      assert.deepEqual([status, inDecember(apple)], [heard, '49.99']);
      apple.clock.advance(HOUR - 1);
      assert.equal(
        (await get(apple, `/v1/subscriptions/${PRO}/prices?filter[territory]=USA`)).data.length,
        1,
      );
      apple.clock.advance(1);
      assert.equal(
        (await get(apple, `/v1/subscriptions/${PRO}/prices?filter[territory]=USA`)).data.length,
        2,
      );
      assert.deepEqual([inDecember(apple), history(apple)[0]?.at], ['59.99', morning + HOUR]);
    });
  }

  it('overtakes a change that was sent after it', async (context) => {
    const apple = await startPrices(context);
    const [late, prompt] = [await change(apple, '59.99'), await change(apple, '54.99')];
    apple.simulator.faults.add({
      match: { method },
      effect: { kind: 'delayedEffect', millis: HOUR, answer: 'status500' },
    });
    await late.send();
    await prompt.send();
    assert.equal(inDecember(apple), '54.99');
    apple.clock.advance(HOUR);
    assert.equal(inDecember(apple), '59.99');
  });

  it('never happens if it was refused', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99', '2026-01-01');
    apple.simulator.faults.add({
      match: { method },
      effect: { kind: 'delayedEffect', millis: HOUR, answer: 'normal' },
    });
    assert.equal((await send()).status, 409);
    apple.clock.advance(HOUR);
    assert.equal(inDecember(apple), '49.99');
  });

  it('is carried out by looking at the prices too', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99');
    apple.simulator.faults.add({
      match: { method },
      effect: { kind: 'delayedEffect', millis: HOUR, answer: 'normal' },
    });
    await send();
    apple.clock.advance(HOUR);
    assert.equal(apple.simulator.prices.pricesOf('subscription', PRO).length, 4);
  });
});

describe('The history of a product', () => {
  it('tells who changed what, before and after', async (context) => {
    const apple = await startPrices(context);
    await (await change(apple, '59.99')).send();
    const { requestId } = lastSeen(apple);
    assert.deepEqual(history(apple), [
      {
        at: morning,
        keyId: 'APPMANAGER',
        requestId,
        method: 'POST',
        path: '/v1/subscriptionPrices',
        outcome: 'applied',
        changes: [{ plan: 'UPFRONT', territory: 'USA', from: december, before: '49.99', after: '59.99' }],
      },
    ]);
  });

  it('tells on which days a second schedule changes what the first one had set', async (context) => {
    const apple = await startPrices(context);
    await (await change(apple, '59.99')).send();
    await (await change(apple, '54.99', '2027-01-01')).send();
    assert.deepEqual(
      history(apple)[1]?.changes.map(({ from, before, after }) => [from, before, after]),
      [
        [december, '59.99', '49.99'],
        ['2027-01-01', '59.99', '54.99'],
      ],
    );
  });

  it('tells a write that changed nothing', async (context) => {
    const apple = await startPrices(context);
    const { send } = await change(apple, '59.99');
    await send();
    await send();
    assert.deepEqual(
      history(apple).map(({ changes }) => changes.length),
      [1, 0],
    );
  });

  it('tells what was refused, and why', async (context) => {
    const apple = await startPrices(context);
    await (await change(apple, '59.99', '2026-01-01')).send();
    const [write] = history(apple);
    assert.deepEqual([write?.outcome, write?.changes], ['refused', []]);
    assert.match(write?.reason ?? '', /^ENTITY_ERROR\.ATTRIBUTE\.INVALID: .*2026-01-01/);
  });

  it('tells every territory that a new base price moves', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addApp({ team: 'acme', id: '1', prices: { USA: '9.99', GBR: '8.99' } });
    const point = await pointId(apple, '/v1/apps/1/appPricePoints', 'USA', '19.99');
    await call(apple, 'POST', '/v1/appPriceSchedules', {
      data: {
        type: 'appPriceSchedules',
        relationships: {
          app: ref('apps', '1'),
          baseTerritory: ref('territories', 'USA'),
          manualPrices: { data: [{ type: 'appPrices', id: `\${1}` }] },
        },
      },
      included: [
        { type: 'appPrices', id: `\${1}`, relationships: { appPricePoint: ref('appPricePoints', point) } },
      ],
    });
    const { data } = await get(apple, '/v1/territories?limit=200');
    const [write] = apple.simulator.prices.history('app', '1');
    assert.equal(write?.changes.length, data.length);
    assert.deepEqual(
      write?.changes.find(({ territory }) => territory === 'GBR'),
      { plan: 'UPFRONT', territory: 'GBR', from: '2026-11-24', before: '8.99', after: '17.99' },
    );
  });
});

describe('The journal', () => {
  it('keeps what a request said, but no token', async (context) => {
    const apple = await startPrices(context);
    const { data, send } = await change(apple, '59.99');
    await send();
    assert.deepEqual(lastSeen(apple).body, { data });
    await get(apple, '/v1/territories');
    assert.equal(lastSeen(apple).body, undefined);
    assert.ok(!JSON.stringify(apple.simulator.requests()).includes('eyJhbGciOiJFUzI1NiI'));
  });
});
