import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { evaluate, parse } from '@humanwhocodes/momoa';
import * as z from 'zod';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { approvalSchema } from '../../../functions/prices/accept/approve-change.ts';
import { rollbackSchema } from '../../../functions/prices/accept/rollback.ts';
import { campaignApprovalSchema } from '../../../functions/prices/campaign/accept/approve-campaign.ts';
import { campaignRollbackSchema } from '../../../functions/prices/campaign/accept/rollback-campaign.ts';
import { memberRequest, parseCampaign } from '../../../functions/prices/campaign/model/campaign-request.ts';
import { parseDesiredCampaign } from '../../../functions/prices/request/desired/desired-campaign.ts';
import { parsePriceRequest } from '../../../functions/prices/request/price-request.ts';
import { productRefOf } from '../../../functions/prices/request/product-ref.ts';
import { settingsRules } from '../../../infra/config/settings-rules.ts';

/** Pages whose every block of JSON is read by the code that it is for. */
const PAGES = [
  'prices',
  'price-cases',
  'standing-prices',
  'campaigns',
  'price-effects',
  'reports',
  'reviews',
];

type Json = Record<string, unknown>;
type Example = { page: string; line: number; heading: string; text: string; json: Json };
/** Throws, or gives the problems of an example. */
type Reader = (json: Json, example: Example) => unknown;

const object = z.record(z.string(), z.unknown());

/**
 * Whole objects, and single members of one, each of which begins at the left margin: a page may show several ways in
 * one block.
 */
function examplesOf(page: string): Example[] {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  return [...text.matchAll(/^```jsonc?\n([\s\S]*?)^```/gm)].flatMap(({ index, 1: block = '' }) => {
    const heading =
      /^#+ (.*)$/.exec(
        text
          .slice(0, index)
          .match(/^#+ .*$/gm)
          ?.at(-1) ?? '',
      )?.[1] ?? '';
    const line = text.slice(0, index).split('\n').length;
    return block
      .split(/^(?=["{])/m)
      .filter((part) => part.replaceAll(/^\s*\/\/.*$/gm, '').trim() !== '')
      .map((part) => ({ page, line, heading, text: part, json: objectOf(part) }));
  });
}

function objectOf(text: string): Json {
  // A hash in an example is cut to a sign.
  const whole = (text.startsWith('{') ? text : `{${text}}`).replace('"…"', `"${'ab12'.repeat(16)}"`);
  return object.parse(evaluate(parse(whole, { mode: 'jsonc', allowTrailingCommas: true })));
}

const TEAM = {
  name: 'acme',
  keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
  vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY'] }],
  apps: [{ id: '6448311001', analytics: ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'] }],
};

/** Fields of a team in the settings. */
const teamSettings: Reader = (fields) =>
  parseSettings({ teams: [{ ...TEAM, ...fields }] }, settingsRules) && [];

const BASE = { idempotencyKey: 'one', team: 'acme', requestedBy: 'cfo@acme.example' };
const SUBSCRIPTION = { kind: 'subscription', id: '6448311069' };

/** A request, whose product may be named; or one of its fields, for a product that can have it. */
const priceRequest: Reader = (fields) => {
  if (productRefOf(fields['product']) !== undefined)
    return problemsOf(parsePriceRequest({ ...fields, product: SUBSCRIPTION }));
  if ('product' in fields) return problemsOf(parsePriceRequest(fields));
  const ofSchedule = 'follow' in fields || 'baseTerritory' in fields;
  const needsPrices = 'dropVolumeTiers' in fields || 'removeScheduled' in fields;
  return problemsOf(
    parsePriceRequest({
      ...BASE,
      product: ofSchedule ? { kind: 'inAppPurchase', id: '1' } : SUBSCRIPTION,
      ...(needsPrices && { prices: { USA: '49.99' } }),
      ...fields,
    }),
  );
};

const problemsOf = (checked: { kind: string; problems?: unknown }): unknown => checked.problems ?? [];
const schema =
  (shape: z.ZodType): Reader =>
  (json) =>
    shape.safeParse(json).error?.issues ?? [];

/** A campaign, and what it asks for one product of each kind. */
const campaign: Reader = (json) => {
  const checked = parseCampaign(json);
  if (checked.kind !== 'ok') return checked.problems;
  return (['subscription', 'inAppPurchase'] as const).flatMap((kind) => {
    const member = memberRequest(checked.value, { changeId: `x/${kind}-1`, product: { kind, id: '1' } }, 0);
    return member.kind === 'ok' ? [] : member.problems;
  });
};

const desiredCampaign: Reader = (_json, { text }) =>
  problemsOf(
    parseDesiredCampaign('desired/prices/acme/campaigns/all.json', text.replaceAll(/\s*\/\/.*$/gm, '')),
  );

const READERS: Readonly<Record<string, Reader>> = {
  'prices: Setup': teamSettings,
  'prices: Requesting a change': priceRequest,
  'prices: Ways to state prices': priceRequest,
  'price-cases: Changing introductory offers': priceRequest,
  'prices: Limits and approval': schema(approvalSchema),
  'prices: Rollback': schema(z.strictObject({ rollback: rollbackSchema })),
  'standing-prices: Desired prices in git': desiredCampaign,
  'campaigns: Requesting a campaign': campaign,
  'campaigns: Approval': schema(campaignApprovalSchema),
  'campaigns: Rollback': schema(z.strictObject({ rollback: campaignRollbackSchema })),
  'price-effects: Where every territory changed: another product': teamSettings,
  'reports: Analytics': teamSettings,
  'reports: Versions and columns': (fields) =>
    parseSettings({ teams: [TEAM], ...fields }, settingsRules) && [],
  'reviews: Settings': (settings) => {
    const { teams } = z.object({ teams: z.array(object) }).parse(settings);
    return parseSettings({ teams: teams.map((team) => ({ ...TEAM, ...team })) }, settingsRules) && [];
  },
};

describe('Examples of JSON', () => {
  const examples = PAGES.flatMap(examplesOf);

  it('are found, each with a reader, and no reader is left over', () => {
    const read = new Set(examples.map(({ page, heading }) => `${page}: ${heading}`));
    assert.deepEqual([...read].toSorted(), Object.keys(READERS).toSorted());
  });

  for (const example of examples) {
    const name = `${example.page}: ${example.heading}`;
    const [first = ''] = example.text.trim().split('\n');
    it(`${name}, line ${example.line}: ${first.slice(0, 50)}`, () => {
      assert.deepEqual(READERS[name]?.(example.json, example), []);
    });
  }
});
