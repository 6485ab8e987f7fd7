import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isCampaign, parseCampaign } from '../../functions/prices/campaign/model/campaign-request.ts';
import { parsePriceFile } from '../../functions/prices/request/price-file.ts';
import { parseCompanyRates } from '../../functions/rates/company/parse-company-rates.ts';
import { parseEcbRates } from '../../functions/rates/ecb/parse-rates.ts';
import type { Rate } from '../../functions/rates/store/rate.ts';
import { ends, play } from './cases.ts';
import { damaged, mutated } from './hostile.ts';
import { sendable } from './records.ts';

// Files of campaigns and of exchange rates: what is read is right in itself, all else is told with its place.

const CAMPAIGN = {
  campaign: 'winter-sale',
  team: 'acme',
  products: [{ kind: 'subscription', id: '6448311069' }, 'com.acme.pro'],
  change: { percent: -20, until: '2026-12-24', preserveCurrentPrice: true },
  requestedBy: 'cfo@acme.example',
  reason: 'winter',
  notAfter: '2026-12-01T00:00:00Z',
};
const CHANGES = {
  campaign: 'by-hand',
  team: 'acme',
  changes: [
    { product: { kind: 'subscription', id: '1' }, prices: { USA: '9.99' } },
    { product: { kind: 'app', id: '2' }, prices: { USA: '0.99', FRA: '0.99' } },
  ],
  requestedBy: 'cfo@acme.example',
};
const GROUP = { ...CAMPAIGN, products: undefined, group: 'Pro', except: ['com.acme.basic'] };
const CAMPAIGNS = [CAMPAIGN, CHANGES, GROUP, [CAMPAIGN, CHANGES]].map((one) =>
  JSON.parse(JSON.stringify(one)),
);

const RATES = `currency,date,per_eur
USD,2026-11-24,1.1587
JPY,2026-11,180.25
GBP,2026-11-23,0.8801
`;

const ECB = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<Cube>
<Cube time="2026-11-24"><Cube currency="USD" rate="1.1587"/><Cube currency="JPY" rate="180.25"/></Cube>
<Cube time="2026-11-23"><Cube currency="USD" rate="1.1601"/></Cube>
</Cube></gesmes:Envelope>`;

type Problems = readonly { path: string; message: string }[];
function assertTold(problems: Problems): void {
  assert.ok(problems.length > 0 && problems.length <= 60, `${problems.length} problems`);
  for (const { path, message } of problems)
    assert.ok(path !== '' && path.length < 1_200 && message !== '' && message.length < 2_000, message);
}

function assertRates(rates: readonly Rate[]): void {
  for (const { currency, day, perEur } of rates) {
    assert.match(currency, /^[A-Z]{3}$/);
    assert.equal(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10), day, 'a day of the calendar');
    assert.match(perEur, /^\d{1,15}(\.\d{1,6})?$/);
  }
  const named = rates.map(({ currency, day }) => `${currency} ${day}`);
  assert.equal(new Set(named).size, named.length, 'each once');
}

describe('Whatever lies in a file', () => {
  it('of campaigns, is read or told with every problem', (context) =>
    play(
      context,
      'campaignFiles',
      fc.oneof(
        mutated(...CAMPAIGNS)
          .filter(sendable)
          .map((json) => JSON.stringify(json)),
        damaged(...CAMPAIGNS.map((one) => JSON.stringify(one, undefined, 1))),
      ),
      (text) => {
        const file = parsePriceFile(text, { key: 'inbox/prices/sale.json', versionId: 'v1' });
        if (file.kind === 'rejected') return assertTold(file.problems);
        for (const json of file.value) {
          if (!isCampaign(json)) continue;
          const read = parseCampaign(json);
          if (read.kind === 'rejected') assertTold(read.problems);
          else assert.deepEqual(parseCampaign(read.value), read, 'reads itself');
        }
      },
    ));

  it('of a company’s rates, is read or told with its line', (context) =>
    play(context, 'rateFiles', damaged(RATES, RATES.replaceAll(',', ';')), (text) => {
      const read = parseCompanyRates(text);
      if (read.kind === 'rejected') assertTold(read.problems);
      else assertRates(read.value);
    }));

  it('of the European Central Bank’s rates, is read in whole or not at all', (context) =>
    play(context, 'bankFiles', damaged(ECB), async (text) => {
      const rates = await ends(() => parseEcbRates(text));
      if (rates === undefined) return;
      assertRates(rates);
      for (const day of new Set(rates.map((one) => one.day)))
        assert.ok(rates.some((one) => one.day === day && one.currency === 'USD'));
    }));
});
