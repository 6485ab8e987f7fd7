import { argumentIs, becomes, bodyIs, numberIs, propertyIs, removed, valueIs } from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const test = 'test/app-store-connect/request-quota.test.ts';

/** Mistakes with the pace of requests and with what Apple says is left of an hour or a minute. */
export const PACING_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a price that finds no place in the pace goes at once',
    mark: 'pacer-full-is-wrong',
    change: bodyIs('keyId !== undefined'),
    test,
  },
  {
    mistake: 'a burst holds more than a minute allows',
    mark: 'pacer-burst-share',
    change: numberIs('1.4'),
    test,
  },
  {
    mistake: 'requests by others do not count towards a burst',
    mark: 'pacer-burst-others',
    change: valueIs('batchOf(limit)'),
    test,
  },
  {
    mistake: 'the pace uses all of a minute and its start besides',
    mark: 'pacer-used-share',
    change: numberIs('1'),
    test,
  },
  {
    mistake: 'a minute counts as clean after a second',
    mark: 'pacer-clean-minute',
    change: valueIs('1_000'),
    test,
  },
  {
    mistake: 'a burst does not know the limit that Apple has stated to others',
    mark: 'pacer-stated-limit',
    change: valueIs('assumedLimit'),
    test,
  },
  {
    mistake: 'permits are good from the moment at which their write is answered',
    mark: 'pacer-late-answer',
    change: bodyIs('({ left: count, lapsesAt: Math.max(from, now) + PERMIT_MILLIS })'),
    test,
  },
  {
    mistake: 'a burst opens with as many requests whatever limit Apple has stated to others',
    mark: 'pacer-burst-opening',
    change: bodyIs('count + 0 * (reservedMillis + permitMillis)'),
    test,
  },
  {
    mistake: 'a write goes out after its time, when another worker may have read Apple already',
    mark: 'write-after-deadline',
    change: removed,
    test: 'test/app-store-connect/client.test.ts',
  },
  {
    mistake: 'what cannot be written down of a response loses the response',
    mark: 'note-lost',
    change: becomes(() => 'throw error;'),
    test: 'test/app-store-connect/client.test.ts',
  },
  { mistake: "Apple's count of the hour holds nobody", mark: 'quota-hour', change: valueIs('0'), test },
  { mistake: "Apple's count of the minute holds nobody", mark: 'quota-minute', change: valueIs('0'), test },
  {
    mistake: 'backfill uses up what prices need',
    mark: 'quota-reserve',
    change: propertyIs('backfill', '0.02'),
    test,
  },
  {
    mistake: 'the hour is forgotten where a minute is stated alone',
    mark: 'quota-observation',
    change: argumentIs(1, () => 'observation'),
    test,
  },
];
