import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, issuerId, keys, lastSeen, salesPath, startApple, token } from './apple.ts';

const SCHEDULES = '/v1/inAppPurchasePriceSchedules';

describe('The headers of a response', () => {
  it('name the request in three ways, also when it is refused', async (context) => {
    const apple = await startApple(context);
    for (const path of [salesPath(), '/v1/nothing']) {
      const { headers } = await ask(apple, path);
      const id = headers.get('requestId') ?? '';
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.equal(id, lastSeen(apple).requestId);
      assert.equal(headers.get('x-apple-request-uuid'), id);
      assert.match(headers.get('x-apple-jingle-correlation-key') ?? '', /^[A-Z2-7]{26}$/);
    }
  });

  const write = async (apple: Awaited<ReturnType<typeof startApple>>) => {
    const bearer = await token(apple, {
      claims: { iss: issuerId },
      header: { kid: 'APPMANAGER' },
      privateKey: keys.appManager.privateKey,
    });
    return ask(apple, SCHEDULES, { token: bearer, method: 'POST', body: '{}' });
  };

  it('state the minute alone after a write of a purchase price schedule, as a live response did', async (context) => {
    const apple = await startApple(context);
    assert.equal(
      (await write(apple)).headers.get('x-rate-limit'),
      'user-minute-lim:250;user-minute-rem:249;',
    );
    assert.equal(
      (await ask(apple, salesPath())).headers.get('x-rate-limit'),
      'user-hour-lim:3500;user-hour-rem:3499;',
    );
    apple.simulator.behaviour.purchasePriceWritesPerMinute = 0;
    assert.equal((await write(apple)).headers.get('x-rate-limit'), 'user-hour-lim:3500;user-hour-rem:3498;');
  });

  it('refuse the write that the minute has no room for, for a minute', async (context) => {
    const apple = await startApple(context, { behaviour: { purchasePriceWritesPerMinute: 2 } });
    const statuses = [await write(apple), await write(apple), await write(apple)].map(({ status }) => status);
    assert.deepEqual(statuses, [409, 409, 429]);
    apple.clock.advance(60_000);
    assert.equal((await write(apple)).status, 409);
  });

  it('state hour and minute in one header or in two', async (context) => {
    const apple = await startApple(context, { minuteLimit: 300 });
    const both = 'user-hour-lim:3500;user-hour-rem:3499;user-minute-lim:300;user-minute-rem:299;';
    assert.equal((await ask(apple, salesPath())).headers.get('x-rate-limit'), both);
    apple.simulator.behaviour.rateLimitHeaders = 'two';
    assert.equal(
      (await ask(apple, salesPath())).headers.get('x-rate-limit'),
      'user-hour-lim:3500;user-hour-rem:3498;, user-minute-lim:300;user-minute-rem:298;',
    );
  });
});
