import type { Plan } from '../../../functions/prices/plan/plan.ts';
import { percentChange } from '../../../functions/prices/request/decimal.ts';
import { changeRecordSchema } from '../../../functions/prices/store/change-record.ts';
import type { ChangeDetail } from '../../../functions/status/model/status.ts';
import { territories } from '../../../local/simulator/prices/territories.ts';
import { NOW, sha } from './base.ts';

/** A price change; what is given joins the record. */
export function changeOf(changeId: string, changes: Record<string, unknown> = {}): ChangeDetail {
  const record = changeRecordSchema.parse({
    team: 'acme',
    changeId,
    rev: 3,
    state: 'planned',
    fingerprint: sha(3),
    request: {
      idempotencyKey: changeId,
      team: 'acme',
      product: { kind: 'subscription', id: '6448311069' },
      equalizeFrom: { territory: 'USA', price: '44.99' },
      requestedBy: 'cfo@acme.example',
      reason: 'winter sale',
    },
    seq: 1,
    acceptedAt: NOW - 3_600_000,
    movedAt: NOW - 1_800_000,
    planSha256: sha(4),
    planKey: `audit/prices/acme/2026/11/${encodeURIComponent(changeId)}/000-plan-aaaaaaaa.json`,
    ...changes,
  });
  return { record, audit: [{ key: record.planKey ?? '', at: NOW - 3_000_000 }] };
}

const BEFORE = '49.99';

/** A plan over all territories, with prices that fall, rise, stay and begin. */
export function planOf(changeId: string, warning = ''): Plan {
  return {
    team: 'acme',
    changeId,
    product: { kind: 'subscription', id: '6448311069' },
    startDate: '2026-11-26',
    stateSha256: sha(5),
    sha256: sha(4),
    steps: [],
    entries: territories.map(({ id, currency }, index) => {
      const price = `${40 + (index % 21)}.99`;
      const kind = index % 29 === 0 ? 'first' : price === BEFORE ? 'none' : 'change';
      const percent = percentChange(BEFORE, price) ?? '0';
      return {
        territory: id,
        currency,
        kind,
        present: kind === 'first' ? null : { price: BEFORE, proceeds: '34.99' },
        scheduled: [],
        target: { price, proceeds: '31.49', pricePointId: `p${index}` },
        changePercent: kind === 'first' ? null : percent,
        startDate: '2026-11-26',
        existingSubscribers: percent.startsWith('-') ? 'lowerPrice' : 'keepPrice',
        overwrites: [],
        removes: [],
        warnings: index === 3 && warning !== '' ? [warning] : [],
        before: [],
        after: [],
      };
    }),
  };
}
