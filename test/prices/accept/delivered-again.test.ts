import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { accepted } from '../../../functions/platform/validation/checked.ts';
import {
  type AcceptanceDependencies,
  routeAcceptance,
} from '../../../functions/prices/campaign/accept/route-campaign.ts';
import { originOf } from '../../../functions/prices/request/origin.ts';
import { type CampaignData, memoryCampaigns } from '../campaign/memory-campaigns.ts';
import { type Acceptance, acceptance, wish } from './acceptance.ts';

const DAY = 86_400_000;
const ROOM = { maxIncreasePercent: 100 };

/** Acceptance of changes and campaigns, whose settings and campaigns move on between two deliveries of an event. */
function door() {
  const campaigns: CampaignData = {};
  const at = acceptance(ROOM);
  const files = new Map<string, string>();
  const deps: AcceptanceDependencies & Acceptance = {
    ...at,
    campaigns: memoryCampaigns(campaigns, at.clock),
    findProducts: async () => accepted([]),
    files: {
      read: async (key) => accepted(files.get(key) ?? ''),
      write: async () => undefined,
      list: async function* () {},
    },
  };
  const receive = (event: { id: string }): Promise<unknown> =>
    routeAcceptance({ ...deps, origin: originOf(event, 'invocation') }, event);
  /** One event, once more; or another one. */
  const deliver = (detail: unknown, id = 'event-1'): Promise<unknown> =>
    receive({ id, ...{ 'detail-type': 'Price Change Requested', detail } });
  const setPrices = (prices: object | undefined): void => {
    deps.settings = parseSettings({
      teams: [{ name: 'acme', keys: { reports: 'r', ...(prices && { prices: 'p' }) }, prices }],
    });
  };
  return { at: deps, campaigns, files, receive, deliver, setPrices };
}

const statusOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : undefined;
const problemsOf = (answer: unknown): string => JSON.stringify(answer);

const campaign = (name: string): Record<string, unknown> => ({
  campaign: name,
  team: 'acme',
  products: [{ kind: 'subscription', id: '1' }],
  change: { prices: { USA: '9.99' } },
  requestedBy: 'cfo@acme.example',
});

describe('A request by event that was refused, delivered once more when the reason is gone', () => {
  it('stays refused, with the reason of before', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    assert.equal(statusOf(await deliver(wish())), 'rejected');
    setPrices(ROOM);
    const again = await deliver(wish());
    assert.equal(statusOf(again), 'rejected');
    assert.match(problemsOf(again), /may not change prices/);
    assert.deepEqual(at.data.changes, {});
    assert.deepEqual(at.queued, []);
  });

  it('of a campaign stays refused when the campaign that shared its product is over', async () => {
    const { at, campaigns, deliver } = door();
    await deliver(campaign('first'));
    at.clock.at += 60_000;
    assert.equal(statusOf(await deliver(campaign('second'))), 'rejected');
    await routeAcceptance(at, { withdraw: { team: 'acme', campaign: 'first', by: 'cfo@acme.example' } });
    assert.equal(campaigns['acme#first']?.state, 'withdrawn');
    const again = await deliver(campaign('second'));
    assert.equal(statusOf(again), 'rejected');
    assert.match(problemsOf(again), /the campaign first is planning/);
    assert.equal(campaigns['acme#second'], undefined);
  });

  it('stays refused when its product has got a name since', async () => {
    const { at, deliver } = door();
    const request = wish({ product: 'com.acme.pro' });
    assert.equal(statusOf(await deliver(request)), 'rejected');
    at.findProduct = async () =>
      accepted({
        product: { kind: 'subscription' as const, id: '1' },
        label: { name: 'Pro', productId: 'com.acme.pro' },
      });
    assert.equal(statusOf(await deliver(request)), 'rejected');
    assert.deepEqual(at.data.changes, {});
  });

  it('stays refused in a file, until the file is uploaded anew', async () => {
    const { at, files, receive, setPrices } = door();
    files.set('inbox/prices/sale.json', JSON.stringify(wish()));
    const upload = (id: string) => ({
      ...{ id, 'detail-type': 'Object Created' },
      detail: { object: { key: 'inbox/prices/sale.json', 'version-id': `version of ${id}` } },
    });
    setPrices(undefined);
    await receive(upload('event-1'));
    setPrices(ROOM);
    assert.match(problemsOf(await receive(upload('event-1'))), /"rejected".*may not change prices/);
    assert.deepEqual(at.data.changes, {});
    assert.match(problemsOf(await receive(upload('event-2'))), /"accepted"/);
  });

  it('is told under one id', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    await deliver(wish());
    setPrices(ROOM);
    await deliver(wish());
    const ids = at.events.map(({ detail }) => detail['id']);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
  });

  it('may be asked anew by another event: settings may have been put right', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    await deliver(wish());
    await deliver(wish(), 'event-2');
    const ids = at.events.map(({ detail }) => detail['id']);
    assert.equal(new Set(ids).size, 2, 'the second refusal is news of its own');
    setPrices(ROOM);
    assert.equal(statusOf(await deliver(wish(), 'event-3')), 'accepted');
    assert.equal(statusOf(await deliver(wish())), 'duplicate');
    assert.equal(recordOf(at).state, 'accepted', 'the first event once more takes nothing back');
  });

  it('is remembered before anybody is told', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    const { sendEvents } = at;
    at.sendEvents = async () => {
      throw new Error('the bus is out');
    };
    await assert.rejects(deliver(wish()), /bus is out/);
    at.sendEvents = sendEvents;
    setPrices(ROOM);
    assert.equal(statusOf(await deliver(wish())), 'rejected');
    assert.equal(at.events.length, 1);
  });

  it('may be asked anew by a person, and is a duplicate from then on', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    await deliver(wish());
    setPrices(ROOM);
    assert.equal(statusOf(await routeAcceptance(at, wish())), 'accepted');
    assert.deepEqual(at.queued, ['sale']);
    assert.equal(statusOf(await deliver(wish())), 'duplicate');
    assert.equal(recordOf(at).state, 'accepted');
  });

  it('may be asked anew under another name, or with other prices', async () => {
    const { deliver, setPrices } = door();
    setPrices(undefined);
    await deliver(wish());
    setPrices(ROOM);
    assert.equal(statusOf(await deliver(wish({ idempotencyKey: 'sale-2' }))), 'accepted');
    assert.equal(statusOf(await deliver(wish({ prices: { USA: '7.99' } }))), 'accepted');
  });

  it('is refused for its own form, also under a name that another request has', async () => {
    const { deliver } = door();
    await deliver(wish());
    await deliver(campaign('sale'));
    assert.equal(statusOf(await deliver(wish({ prices: 'free' }))), 'rejected');
    assert.equal(statusOf(await deliver({ ...campaign('sale'), change: 'free' })), 'rejected');
  });

  it('is asked anew when no delivery can come any more', async () => {
    const { at, deliver, setPrices } = door();
    setPrices(undefined);
    await deliver(wish());
    setPrices(ROOM);
    at.clock.at += 15 * DAY + 1;
    assert.equal(statusOf(await deliver(wish())), 'accepted');
  });
});

describe('Two deliveries of an event at the same moment, of which one is refused', () => {
  it('end alike: what was told as refused is taken back before it is queued', async () => {
    const { at, deliver, setPrices } = door();
    const { claim } = at.ledger;
    at.ledger = {
      ...at.ledger,
      claim: async (record) => {
        setPrices(undefined);
        assert.equal(statusOf(await deliver(wish())), 'rejected');
        return claim(record);
      },
    };
    assert.deepEqual(statusOf(await deliver(wish())), 'duplicate');
    assert.deepEqual([recordOf(at).state, at.queued], ['rejected', []]);
  });

  it('end alike: what is registered by then is not told as refused', async () => {
    const { at, deliver, setPrices } = door();
    const { change } = at.ledger;
    let looks = 0;
    at.ledger = {
      ...at.ledger,
      change: async (team, changeId) => {
        looks += 1;
        const found = await change(team, changeId);
        if (looks === 1) {
          setPrices(ROOM);
          await deliver(wish());
        }
        return found;
      },
    };
    setPrices(undefined);
    assert.equal(statusOf(await deliver(wish())), 'duplicate');
    assert.deepEqual([recordOf(at).state, at.queued, at.events], ['accepted', ['sale'], []]);
  });

  it('end alike for a campaign', async () => {
    const { at, campaigns, deliver, setPrices } = door();
    const { claim } = at.campaigns;
    at.campaigns = {
      ...at.campaigns,
      claim: async (record) => {
        setPrices(undefined);
        assert.equal(statusOf(await deliver(campaign('sale'))), 'rejected');
        setPrices(ROOM);
        return claim(record);
      },
    };
    const answer = await deliver(campaign('sale'));
    assert.equal(statusOf(answer), 'rejected');
    assert.equal(campaigns['acme#sale']?.state, 'rejected');
    assert.deepEqual(at.data.changes, {});
  });
});

function recordOf(at: Acceptance) {
  const record = at.data.changes['acme#sale'];
  assert.ok(record !== undefined);
  return record;
}
