import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptChange } from '../../functions/prices/accept/accept-change.ts';
import { acceptFile } from '../../functions/prices/accept/accept-file.ts';
import { approveChange } from '../../functions/prices/accept/approve-change.ts';
import { parsePriceFile } from '../../functions/prices/request/price-file.ts';
import { auditKey } from '../../functions/prices/store/audit-log.ts';
import { isReportDate } from '../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { acceptance, wish } from '../prices/accept/acceptance.ts';
import { acceptedChange } from '../prices/memory.ts';

const PLAN = 'a'.repeat(64);

describe('Names from outside', () => {
  it('do not join to another team’s change', async () => {
    const opened = acceptance();
    const record = acceptedChange(wish({ idempotencyKey: 'x#y' }), 1, 1);
    opened.data.changes['acme#x#y'] = { ...record, state: 'planned', planSha256: PLAN };
    const approval = { team: 'acme#x', changeId: 'y', planSha256: PLAN, by: 'ceo@acme.example' };
    assert.equal((await approveChange(opened, approval)).status, 'rejected');
    assert.equal(opened.data.changes['acme#x#y']?.state, 'planned');
    const asked = await acceptChange(opened, wish({ team: 'acme#x', idempotencyKey: 'y' }), false);
    assert.match(JSON.stringify(asked.problems), /is not a team of the settings/);
  });

  it('of products and teams are no paths', async () => {
    for (const changes of [{ team: '../readers' }, { product: { kind: 'app', id: '../7' } }])
      assert.equal((await acceptChange(acceptance(), wish(changes), false)).status, 'rejected');
  });

  it('of objects outside the inbox are not read', async () => {
    const never = () => Promise.reject(new Error('was read'));
    const files = { read: never, write: never, list: async function* () {} };
    await assert.rejects(
      acceptFile({ ...acceptance(), files }, { key: 'audit/prices/x.json', versionId: '' }),
      {
        code: 'EVENT_INVALID',
      },
    );
  });

  it('of a column that is there twice leave no price to guess', () => {
    const text = 'team,product_kind,product_id,territory,price,price\nacme,app,7,USA,9.99,0.99\n';
    assert.match(
      JSON.stringify(parsePriceFile(text, { key: 'a.csv', versionId: '1' })),
      /price is there twice/,
    );
  });

  it('of changes lead to no other folder of the audit, also where they are dots', () => {
    for (const changeId of ['.', '..', '../x', 'a/../../b', '...']) {
      const key = auditKey({ team: 'acme', changeId, acceptedAt: 0 }, 'plan');
      assert.ok(key.startsWith('audit/prices/acme/1970/01/'), key);
      assert.equal(key.split('/').length, 7, key);
      assert.ok(!key.split('/').some((segment) => /^\.+$/.test(segment)), key);
    }
    const usual = auditKey({ team: 'acme', changeId: 'sale/v1.5', acceptedAt: 0 }, 'plan');
    assert.equal(usual, 'audit/prices/acme/1970/01/sale%2Fv1.5/plan.json', 'as it was before');
  });

  it('of dates are dates', () => {
    const daily = findEntry('SALES/SUMMARY/DAILY');
    assert.ok(daily);
    for (const date of ['2026-99-99', '2026', '../2026-11-23'])
      assert.equal(isReportDate(daily, date), false);
    assert.equal(isReportDate(daily, '2026-11-23'), true);
  });
});
