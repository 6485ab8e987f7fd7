import { always, never, onlyFirstOperand, valueIs } from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const SEGMENT = 'test/reports/analytics/segment-download.test.ts';

/** Mistakes with analytics reports and with vendor numbers. */
export const ANALYTICS_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a segment is stored whatever its checksum is',
    mark: 'segment-checksum',
    change: always,
    test: SEGMENT,
  },
  {
    mistake: 'a segment that never ends fills the disk',
    mark: 'segment-bounded',
    change: never,
    test: SEGMENT,
  },
  {
    mistake: 'a segment that leads elsewhere is followed',
    mark: 'segment-redirect',
    change: never,
    test: SEGMENT,
  },
  {
    mistake: 'an instance that is made again is never fetched',
    mark: 'analytics-fresh',
    change: valueIs('before.length > 0 ? [] : ids'),
    test: 'test/end-to-end/reports/analytics.test.ts',
  },
  {
    mistake: 'a request for analytics whose answer was lost three times is never sent again',
    mark: 'analytics-goes-on',
    change: onlyFirstOperand,
    test: 'test/reports/analytics/ensure-request.test.ts',
  },
  {
    mistake: 'a replacement that Apple stopped before it was seen is passed over',
    mark: 'analytics-stopped-unseen',
    change: never,
    test: 'test/faults/analytics-request.test.ts',
  },
  {
    mistake: 'a change of the version that is not told yet is forgotten with the next one',
    mark: 'version-owed',
    change: valueIs('{ version, insteadOf: asked, changedAt, owed: [event] }'),
    test: 'test/reports/report-versions.test.ts',
  },
  {
    mistake: 'a report that a vendor does not have is told as a wrong vendor number',
    mark: 'vendor-not-offered',
    change: never,
    test: 'test/reports/vendor-check.test.ts',
  },
];
