import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppStoreConnectClient } from '../../../functions/app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { ensureRequest } from '../../../functions/reports/analytics/ensure-request.ts';
import type { AnalyticsLedger } from '../../../functions/reports/analytics/store/analytics-ledger.ts';
import {
  appItemSchema,
  type RequestRecord,
} from '../../../functions/reports/analytics/store/app-ledger-item.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-03-02T08:00:00Z');
const ITEM = { pk: 'acme/6448311069/ANALYTICS', sk: 'requests', state: 'checking' };
const APP = { team: 'acme', app: '6448311069' };

/** Apple as somebody meets it who never gets an answer to a POST, and sees no effect of it. */
function silentApple() {
  let [now, posts] = [START, 0];
  let record: RequestRecord = { sends: 0 };
  const client: AppStoreConnectClient = {
    baseUrl: 'https://apple.example',
    read: async (_, consume) => consume(Response.json({ data: [], links: {} })),
    write: async () => {
      posts += 1;
      throw new AppStoreConnectError({ code: 'NETWORK', message: 'no answer', outcomeUnknown: true });
    },
    turnToWrite: async () => 1,
  };
  const noteRequest: AnalyticsLedger['noteRequest'] = async (_, __, noted) => {
    record = noted;
  };
  const pass = (millis: number): void => {
    now += millis;
  };
  const look = () =>
    ensureRequest(
      {
        client,
        clock: { now: () => now },
        ledger: { noteRequest },
      },
      {
        app: APP,
        lease: { fence: 1, until: now + 15 * MINUTE },
        item: appItemSchema.parse({ ...ITEM, requests: { ONGOING: record } }),
      },
      'ONGOING',
    );
  return { look, pass, posts: () => posts };
}

describe('A request for analytics whose answer is lost each time, with no effect at Apple', () => {
  it('is sent three times, ten minutes apart at least, and then fails and says when it goes on', async () => {
    const apple = silentApple();
    for (let time = 0; time < 8; time += 1) {
      await apple.look();
      apple.pass(11 * MINUTE);
    }
    assert.equal(apple.posts(), 3);
    const outcome = await apple.look();
    assert.equal(outcome.kind, 'rejected');
    assert.match(
      outcome.kind === 'rejected' ? (outcome.problems[0]?.message ?? '') : '',
      /Apple shows none\. Another one is sent on 2026-03-03\. Or let an Admin/,
    );
  });

  it('is sent again after a day, three times at most each day', async () => {
    const apple = silentApple();
    for (let looks = 0; looks < 3 * 6 * 24; looks += 1) {
      await apple.look();
      apple.pass(10 * MINUTE);
    }
    assert.equal(apple.posts(), 9);
    apple.pass(DAY);
    assert.equal((await apple.look()).kind, 'retry', 'in doubt, not failed for good');
  });
});
