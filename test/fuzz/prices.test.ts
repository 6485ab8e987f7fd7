import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { accepted } from '../../functions/platform/validation/checked.ts';
import { approveChange } from '../../functions/prices/accept/approve-change.ts';
import { type RouteDependencies, routeEvent } from '../../functions/prices/accept/route-event.ts';
import { desiredFileOf, parseDesired } from '../../functions/prices/request/desired/desired-prices.ts';
import { parsePriceFile } from '../../functions/prices/request/price-file.ts';
import { parsePriceRequest } from '../../functions/prices/request/price-request.ts';
import { type Acceptance, acceptance, wish } from '../prices/accept/acceptance.ts';
import { acceptedChange } from '../prices/memory.ts';
import { ends, play, tellsNo } from './cases.ts';
import { damaged, mutated, nastyText } from './hostile.ts';

// Whatever comes in for prices ends in an answer with problems, in an error by name, or in a change.

const SHA256 = createHash('sha256').update('plan').digest('hex');
/** What nobody may find in an answer though it lay in the file. */
const SECRET = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg';

const problems = z.array(
  z.object({ path: z.string().min(1).max(1100), message: z.string().min(1).max(2000) }),
);
const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('rejected'),
    problems: problems.min(1).max(60),
    changeId: z.string().optional(),
  }),
  z.object({ status: z.enum(['accepted', 'duplicate', 'approved']), changeId: z.string().min(1).max(128) }),
]);
const answers = z.object({
  answerKey: z.string().startsWith('outbox/prices/').max(1024),
  answers: z.array(answer).min(1),
});

const REQUESTS = [
  wish(),
  wish({
    prices: undefined,
    equalizeFrom: { territory: 'USA', price: '9.99', except: ['FRA'], overrides: { JPN: '1500' } },
  }),
  wish({
    prices: undefined,
    index: { territory: 'USA', price: '9.99', factors: { IND: 0.35 }, rounding: 'down', endings: ['.99'] },
    startDate: '2026-12-01',
    preserveCurrentPrice: true,
    limits: { maxIncreasePercent: 10 },
    notAfter: '2026-12-24T00:00:00Z',
    reason: 'Winter',
  }),
  wish({ product: { kind: 'app', id: '6448311069' }, dryRun: true }),
].map((request) => JSON.parse(JSON.stringify(request)));

const APPROVAL = { team: 'acme', changeId: 'waits', planSha256: SHA256, by: 'ceo@acme.example' };
const ROLLBACK = { team: 'acme', changeId: 'waits', requestedBy: 'cfo@acme.example', reason: 'oops' };

const CSV = `team,product_kind,product_id,territory,price,start_date,reason
acme,subscription,6448311069,USA,9.99,2026-12-01,winter
acme,subscription,6448311069,FRA,"8.99",2026-12-01,winter
acme,app,7,JPN,1500,,
`;

/** Acceptance behind which one change waits for its approval. */
function waitingDoor(file = ''): Acceptance & RouteDependencies {
  const opened = acceptance();
  const record = acceptedChange(wish({ idempotencyKey: 'waits' }), 1, 1);
  opened.data.changes['acme#waits'] = { ...record, state: 'planned', planSha256: SHA256, planKey: 'k' };
  const files = {
    read: async () => accepted(file),
    write: async () => undefined,
    list: async function* () {},
  };
  return { ...opened, files };
}

/** Only changes of the settings' teams may be claimed or moved. */
function assertOwnTeamsOnly({ data }: Acceptance): void {
  for (const { team } of Object.values(data.changes)) assert.equal(team, 'acme');
  for (const key of Object.keys(data.sequences))
    assert.match(key, /^acme#(subscription|inAppPurchase|app)#\d{1,20}(#MONTHLY)?$/);
}

describe('Whatever asks for a price', () => {
  it('a request ends as a change or with its problems', (context) =>
    play(context, 'priceRequests', mutated(...REQUESTS), async (request) => {
      const opened = waitingDoor();
      answer.or(z.object({ status: z.literal('planned') })).parse(await routeEvent(opened, request));
      const parsed = parsePriceRequest(request);
      if (parsed.kind === 'ok') assert.deepEqual(parsePriceRequest(parsed.value), parsed, 'reads itself');
      assertOwnTeamsOnly(opened);
    }));

  it('an approval approves the one plan that it names, or nothing', (context) =>
    play(context, 'approvals', mutated(APPROVAL), async (approval) => {
      const opened = waitingDoor();
      const said = answer.parse(await approveChange(opened, approval));
      const state = opened.data.changes['acme#waits']?.state;
      assert.equal(state, said.status === 'approved' ? 'accepted' : 'planned');
      assertOwnTeamsOnly(opened);
    }));

  it('a rollback of what was never sent takes nothing back', (context) =>
    play(context, 'rollbacks', mutated({ rollback: ROLLBACK }), async (event) => {
      const opened = waitingDoor();
      answer.parse(await routeEvent(opened, event));
      assertOwnTeamsOnly(opened);
    }));

  it('an event of the bus ends in an answer or an error by name', (context) => {
    const events = [
      { 'detail-type': 'Price Change Requested', source: 'x', detail: wish() },
      { 'detail-type': 'Price Change Approved', source: 'x', detail: APPROVAL },
      {
        'detail-type': 'Object Created',
        source: 'aws.s3',
        detail: { object: { key: 'inbox/prices/winter.csv', 'version-id': 'v1', etag: 'e' } },
      },
    ];
    return play(context, 'priceEvents', mutated(...JSON.parse(JSON.stringify(events))), async (event) => {
      const opened = waitingDoor(CSV);
      const said = await ends(() => routeEvent(opened, event));
      if (said !== undefined)
        answer
          .or(answers)
          .or(z.object({ status: z.literal('planned') }))
          .parse(said);
      for (const { detail } of opened.events)
        assert.ok(JSON.stringify(detail).length < 200_000, 'fits an event');
      assertOwnTeamsOnly(opened);
    });
  });
});

describe('A file', () => {
  it('of price changes holds requests or has problems', (context) => {
    const key = fc.oneof(fc.constantFrom('winter.csv', 'winter.json'), nastyText);
    const json = JSON.stringify({ ...wish(), note: SECRET }, undefined, 1);
    const text = damaged(CSV, json, `[${json},${json}]`, `-----BEGIN PRIVATE KEY-----\n${SECRET}`, SECRET);
    return play(context, 'priceFiles', fc.tuple(key, text), ([name, content]) => {
      const parsed = parsePriceFile(content, { key: `inbox/prices/${name}`, versionId: 'v1' });
      if (parsed.kind === 'ok') assert.ok(parsed.value.length > 0);
      else
        tellsNo(
          [SECRET.slice(0, 12), SECRET.slice(-12)],
          JSON.stringify(problems.min(1).parse(parsed.problems)),
        );
    });
  });

  it('of desired prices holds a wish or has problems', (context) => {
    const names = fc.constantFrom(
      'desired/prices/acme/app/1.csv',
      'desired/prices/acme/subscription/1.MONTHLY.json',
    );
    const key = fc.oneof(
      names,
      nastyText.map((text) => `desired/prices/acme/app/${text.slice(0, 1000)}`),
    );
    const json = JSON.stringify({ prices: { USA: '9.99', FRA: '8.99' }, preserveCurrentPrice: true });
    const text = damaged('territory,price\nUSA,9.99\nFRA,"8.99"\n', json, `{"prices":${json}}`, SECRET);
    return play(context, 'desiredFiles', fc.tuple(key, text), ([name, content]) => {
      const file = desiredFileOf(name);
      if (file?.product !== undefined) assert.match(file.product.id, /^\d{1,20}$/);
      if (file?.ref !== undefined) assert.match(file.ref.name, /^[A-Za-z0-9][A-Za-z0-9._-]*$/);
      const parsed = parseDesired(name, content);
      if (parsed.kind === 'rejected')
        tellsNo([SECRET.slice(0, 12)], JSON.stringify(problems.min(1).parse(parsed.problems)));
      else
        assert.ok(
          Object.keys(parsed.value).every((field) =>
            ['prices', 'equalizeFrom', 'index', 'preserveCurrentPrice'].includes(field),
          ),
        );
    });
  });
});
