import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import {
  hasMetricsByTeam,
  MAXIMUM_TEAMS_WITH_METRICS,
} from '../../functions/platform/config/metrics-by-team.ts';
import { createMetrics, MetricName, type RecordMetric } from '../../functions/platform/logging/metrics.ts';
import { embeddedMetrics } from '../../local/aws/runtime/function-log.ts';

/** The line that a measurement prints, and under which dimensions CloudWatch counts it. */
function printed(record: (metric: RecordMetric) => void, options?: { byTeam: boolean }) {
  const lines: string[] = [];
  const written = mock.method(console, 'log', (line: string) => void lines.push(line));
  // By the console that is watched here; Powertools else writes past it, and nothing outside of Lambda.
  const variables = {
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_SERVICE_NAME: 'stack',
  };
  Object.assign(process.env, variables);
  try {
    record(createMetrics(options));
  } finally {
    written.mock.restore();
    for (const name of Object.keys(variables)) delete process.env[name];
  }
  assert.equal(lines.length, 1, lines.join('\n'));
  const [line = ''] = lines;
  const [counted] = embeddedMetrics(line);
  return { fields: JSON.parse(line), sets: counted?.dimensionSets.map((set) => [...set].sort()) };
}

const ofTeam = (metric: RecordMetric) => metric(MetricName.keyAgeDays, 12, { team: 'acme', job: 'reports' });

describe('A measurement of a team', () => {
  it('counts under the stack alone, which alarms watch, and under the team', () => {
    assert.deepEqual(printed(ofTeam).sets, [['service'], ['job', 'service', 'team']]);
  });

  it('counts under the stack alone where teams have no metrics; its line names the team all the same', () => {
    const { fields, sets } = printed(ofTeam, { byTeam: false });
    assert.deepEqual(sets, [['service']]);
    assert.deepEqual(
      [fields.service, fields.team, fields.job, fields[MetricName.keyAgeDays]],
      ['stack', 'acme', 'reports', 12],
    );
  });

  it('keeps dimensions that are no team’s: an alarm watches pending events by job', () => {
    const pending = (metric: RecordMetric) => metric(MetricName.eventOwed, 1, { job: 'reports' });
    assert.deepEqual(printed(pending, { byTeam: false }).sets, [['service'], ['job', 'service']]);
  });
});

describe('Metrics by team', () => {
  const teams = (count: number) => Array.from({ length: count }, (_, index) => index);
  it('are published up to twenty teams, or as the settings say', () => {
    assert.equal(MAXIMUM_TEAMS_WITH_METRICS, 20);
    assert.equal(hasMetricsByTeam({ teams: teams(20) }), true);
    assert.equal(hasMetricsByTeam({ teams: teams(21) }), false);
    assert.equal(hasMetricsByTeam({ teams: teams(21), metricsPerTeam: true }), true);
    assert.equal(hasMetricsByTeam({ teams: teams(1), metricsPerTeam: false }), false);
  });
});
