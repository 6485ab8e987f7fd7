import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeployedAlarm, isInAlarm, type Measurement } from '../../local/aws/alarms.ts';

const NOW = Date.parse('2026-11-24T18:00:00Z');
const MINUTE = 60_000;

const alarm = (changes: Partial<DeployedAlarm> = {}): DeployedAlarm => ({
  AlarmName: 'FetchReportThrottles',
  Namespace: 'AWS/Lambda',
  MetricName: 'Throttles',
  Dimensions: { FunctionName: 'fetch' },
  Statistic: 'Sum',
  Period: 300,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: 1,
  EvaluationPeriods: 3,
  DatapointsToAlarm: 3,
  TreatMissingData: 'notBreaching',
  AlarmActions: ['arn:topic'],
  ...changes,
});

/** Throttles so many minutes ago. */
const throttled = (...minutesAgo: number[]): Measurement[] =>
  minutesAgo.map((minutes) => ({
    namespace: 'AWS/Lambda',
    name: 'Throttles',
    dimensions: { FunctionName: 'fetch' },
    dimensionSets: [['FunctionName']],
    value: 1,
    at: NOW - minutes * MINUTE,
  }));

describe('An alarm of the local cloud', () => {
  it('is on when every period it asks for is over the threshold', () => {
    assert.equal(isInAlarm(alarm(), throttled(1, 6, 11), NOW), true);
    assert.equal(isInAlarm(alarm(), throttled(1, 6), NOW), false);
    assert.equal(isInAlarm(alarm({ DatapointsToAlarm: 2 }), throttled(1, 11), NOW), true);
  });

  it('adds up within a period only', () => {
    assert.equal(isInAlarm(alarm({ Threshold: 2 }), throttled(1, 6, 11), NOW), false);
    assert.equal(isInAlarm(alarm({ Threshold: 2 }), throttled(1, 2, 6, 7, 11, 12), NOW), true);
  });

  it('does with missing data as it is told', () => {
    const silent = alarm({ ComparisonOperator: 'LessThanThreshold' });
    assert.equal(isInAlarm({ ...silent, TreatMissingData: 'breaching' }, [], NOW), true);
    assert.equal(isInAlarm({ ...silent, TreatMissingData: 'notBreaching' }, [], NOW), false);
    const once = alarm({ EvaluationPeriods: 1, DatapointsToAlarm: 1, TreatMissingData: 'ignore' });
    assert.equal(isInAlarm(once, [], NOW), false);
    assert.equal(isInAlarm(once, throttled(600), NOW), true, 'the last measurement stands');
    const mended = throttled(600, 300).map((one, index) => ({ ...one, value: index === 1 ? 0 : 1 }));
    assert.equal(isInAlarm(once, mended, NOW), false);
  });

  it('that ignores missing data ends on the last minute of a run that crosses one', () => {
    const unhealthy = alarm({
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      TreatMissingData: 'ignore',
    });
    const at = (value: number, seconds: number): Measurement => ({
      namespace: 'AWS/Lambda',
      name: 'Throttles',
      dimensions: { FunctionName: 'fetch' },
      dimensionSets: [['FunctionName']],
      value,
      at: NOW + seconds * 1_000,
    });
    const within = [at(0, 10), at(1, 40)];
    const across = [at(0, 50), at(1, 70)];
    const soon = NOW + 2 * MINUTE;
    const later = NOW + 60 * MINUTE;
    assert.equal(isInAlarm(unhealthy, within, soon), true);
    assert.equal(isInAlarm(unhealthy, within, later), true, 'one minute holds both');
    assert.equal(isInAlarm(unhealthy, across, soon), true);
    assert.equal(isInAlarm(unhealthy, across, later), false, 'CloudWatch forgets the bad key');
  });

  it('sees nothing that is measured under other dimensions', () => {
    const [one] = throttled(1);
    assert.ok(one);
    const once = alarm({ EvaluationPeriods: 1, DatapointsToAlarm: 1 });
    assert.equal(isInAlarm(once, [{ ...one, dimensions: { FunctionName: 'plan' } }], NOW), false);
    assert.equal(isInAlarm(once, [{ ...one, dimensionSets: [['FunctionName', 'team']] }], NOW), false);
    assert.equal(isInAlarm(once, [one], NOW), true);
  });
});
