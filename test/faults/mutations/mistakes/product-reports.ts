import { bodyIs, removed, valueIs, withoutCall } from '../form/changes.ts';
import type { Mistake } from '../form/mistake.ts';

/** Mistakes with analytics, reviews, versions and the pace of requests that the histories of the whole product must notice. */
export const PRODUCT_REPORT_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'the request for analytics goes out without a turn in the pace of its key',
    mark: 'analytics-turn',
    change: removed,
  },
  {
    mistake: 'a read goes out without a turn in the pace of its key',
    mark: 'read-takes-turn',
    change: removed,
  },
  {
    mistake: 'a request for analytics that Apple has stopped counts as one that runs',
    mark: 'analytics-stopped',
    change: withoutCall('filter'),
  },
  {
    mistake: 'the restart of a request for analytics is not told',
    mark: 'analytics-restart',
    change: removed,
  },
  {
    mistake: 'of the segments of an instance only the first is stored',
    mark: 'every-segment',
    change: valueIs('segments.flatMap(({ id }) => (id === segments[0]?.id ? (files.get(id) ?? []) : []))'),
  },
  {
    mistake: 'a change of the version is only sent, never owed',
    mark: 'version-owed',
    change: valueIs('{ version, insteadOf: asked, changedAt, owed: [] }'),
  },
  {
    mistake: 'rows of a look at reviews that failed behind its table stay there',
    mark: 'reviews-restore-table',
    change: removed,
  },
  {
    mistake: 'reviews are settled without their events, in the whole product',
    mark: 'review-events',
    change: removed,
  },
  {
    mistake: 'a later look of the day asks about no key, in the whole product',
    mark: 'check-look-unknown',
    change: bodyIs('keyUses.length + now > 0 && before !== undefined'),
  },
];
