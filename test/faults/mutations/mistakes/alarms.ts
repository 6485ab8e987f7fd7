import { becomes, literalIs, propertyIs, removed } from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const PRICES = 'test/faults/alarms/price-alarms.test.ts';
const REPORTS = 'test/faults/alarms/report-alarms.test.ts';
const KEYS = 'test/faults/alarms/key-alarms.test.ts';

/** Mistakes with alarms that failures, played one per morning, must notice. */
export const ALARM_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a price change that failed rings nobody',
    mark: 'alarm-pricechangefailed',
    change: propertyIs('own', 'MetricName.priceChangeUnsettled'),
    test: PRICES,
  },
  {
    mistake: 'a change that waits for its approval rings after a week',
    mark: 'alarm-pricechangewaiting',
    change: propertyIs('threshold', '7 * 24 * 60'),
    test: PRICES,
  },
  {
    mistake: 'a sweep that is switched off rings nobody',
    mark: 'alarm-pricechangestuck',
    change: literalIs('breaching', 'notBreaching'),
    test: PRICES,
  },
  {
    mistake: 'events that nobody takes ring after a day',
    mark: 'alarm-priceeventsowed',
    change: propertyIs('datapoints', '24'),
    test: PRICES,
    also: [{ mark: 'alarm-priceeventsowed', change: propertyIs('periods', '24') }],
  },
  {
    mistake: 'a morning without reports rings nobody',
    mark: 'alarm-noreportbynoon',
    change: propertyIs('threshold', '100'),
    test: REPORTS,
  },
  {
    mistake: 'an overdue report is taken off the alarm by an hour without a measure',
    mark: 'alarm-reportoverdue',
    change: propertyIs('own', 'MetricName.teamsUnsettled'),
    test: REPORTS,
  },
  {
    mistake: 'a planner that is switched off rings nobody',
    mark: 'alarm-plannersilent',
    change: literalIs('breaching', 'notBreaching'),
    test: REPORTS,
  },
  {
    mistake: 'an answer that nobody knows rings nobody',
    mark: 'alarm-unknownanswer',
    change: propertyIs('threshold', '10'),
    test: REPORTS,
  },
  {
    mistake: 'an old key that is not revoked is told as its age in minutes',
    mark: 'alarm-oldkeynotrevoked',
    change: propertyIs('threshold', 'OLD_KEY_DAYS * 1_440'),
    test: KEYS,
  },
  {
    mistake: 'a check of the keys that is switched off rings nobody',
    mark: 'alarm-keychecksilent',
    change: literalIs('breaching', 'notBreaching'),
    test: KEYS,
  },
  {
    mistake: 'missing data never rings',
    mark: 'alarm-missing',
    change: propertyIs('breaching', 'TreatMissingData.NOT_BREACHING'),
    test: KEYS,
  },
  {
    mistake: 'the end of an alarm is told nobody',
    mark: 'alarm-ok',
    change: removed,
    test: 'test/infra/monitoring.test.ts',
  },
  {
    mistake: 'an alarm watches the metric of every stack',
    mark: 'alarm-dimensions',
    change: becomes(() => 'dimensionsMap: { ...signal.dimensions }'),
    test: PRICES,
  },
];
