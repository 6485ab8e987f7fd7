import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AlarmDefinition, Signal } from '../../infra/monitoring/alarm-definition.ts';
import { alarmDefinitions } from '../../infra/monitoring/alarm-definitions.ts';
import { LOG_QUERIES } from '../../infra/monitoring/log-queries.ts';
import { appOf, templateOf } from './templates.ts';

const RUNBOOK = 'docs/runbook.md';
const runbook = readFileSync(RUNBOOK, 'utf8');
/** The paragraphs, by heading. */
const paragraphs = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((part): [string, string] => [part.slice(0, part.indexOf('\n')), part.replace(/^## [\s\S]*/m, '')]),
);
const definitions = alarmDefinitions({ keyMaxAgeDays: 90 });
const ids = definitions.map(({ id }) => id);

describe('The runbook', () => {
  it('has a paragraph for each alarm and for nothing else', () => {
    assert.deepEqual([...paragraphs.keys()].sort(), [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const [id, text] of paragraphs) {
    it(`${id}: what it means, how bad, where to look, how to fix, when it is over`, () => {
      const labels = ['Meaning.', 'Impact.', 'Check.', 'Fix.', 'Resolved when'];
      for (const label of labels) assert.equal(text.split(`**${label}**`).length, 2, `${label} in:\n${text}`);
      assert.match(text, /```text\n(fields|filter|stats) [\s\S]+?```/, 'a query for Logs Insights');
    });
  }

  it('names the team, its report, key or change, as alarms watch all teams together', () => {
    const unnamed = alarmDefinitions({ keyMaxAgeDays: 90 })
      .filter(({ signal }) => 'own' in signal)
      .map(({ id }) => id)
      .filter((id) => !/^(fields|\| stats) .*\b(team|series|key|changeId)\b/m.test(paragraphs.get(id) ?? ''));
    // What concerns no single team: a planner that is silent, a bus that takes no events, rates of all.
    assert.deepEqual(unnamed.sort(), ['ExchangeRatesOld', 'PlannerSilent', 'ReportEventsOwed']);
  });

  it('links to paragraphs and pages that exist', () => {
    const links = [...runbook.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target);
    assert.ok(links.length > 10);
    for (const target of links) {
      const [file = '', anchor = ''] = target.split('#');
      const page = file === '' ? runbook : readPage(file);
      const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
      assert.ok(anchor === '' || anchors.includes(anchor), `${target} leads nowhere`);
    }
  });

  it('names outputs that the jobs stack has', () => {
    const { Outputs } = templateOf(appOf(), 'app-store-connect-jobs').toJSON();
    const named = [...runbook.matchAll(/(?:output|queue_arn) ([A-Z]\w+)/g)].map(([, name = '']) => name);
    assert.ok(named.length >= 6);
    assert.deepEqual(
      named.filter((name) => !(name in Outputs)),
      [],
    );
  });

  it('names error codes, schedules and functions that are there', () => {
    const sources = globSync('functions/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const codes = [...runbook.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = '']) => code);
    assert.ok(codes.length > 4);
    assert.deepEqual(
      codes.filter((code) => !sources.includes(`'${code}'`)),
      [],
    );
    const template = templateOf(appOf(), 'app-store-connect-jobs');
    const schedules = Object.keys(template.findResources('AWS::Scheduler::Schedule')).join();
    for (const [, name = ''] of runbook.matchAll(/schedule `(\w+)`/g))
      assert.ok(schedules.includes(name), name);
    const functions = Object.keys(template.findResources('AWS::Lambda::Function')).join();
    for (const [, name = ''] of runbook.matchAll(/(?:In|log of|function) `(\w+)`/g))
      assert.ok(functions.includes(name), name);
  });

  it('gives a payload to Lambda as text, which version 2 of the AWS CLI takes for base64 unless it is told', () => {
    for (const page of globSync('docs/**/*.md'))
      for (const [command] of readFileSync(page, 'utf8')
        .replaceAll(/\\\n\s*/g, '')
        .matchAll(/aws lambda invoke .*/g))
        assert.match(command, /--cli-binary-format raw-in-base64-out/, `${page}: ${command}`);
  });

  it('says of each alarm when it trips, as it is deployed', () => {
    const [whole = '', found] = /<!-- alarms -->\n([\s\S]*?)<!-- \/alarms -->/.exec(runbook) ?? [];
    const table = tableOf(definitions);
    if (process.env['UPDATE_RUNBOOK'] === '1') {
      const written = `<!-- alarms -->\n${table}<!-- /alarms -->`;
      writeFileSync(
        RUNBOOK,
        runbook.replace(whole, () => written),
      );
      return;
    }
    assert.equal(found, table);
  });

  it('asks for log messages that the functions write', () => {
    const sources = globSync('functions/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const saved = LOG_QUERIES.flatMap(({ lines }) => lines).join('\n');
    const messages = new Set(
      [...`${runbook}\n${saved}`.matchAll(/\bmessage (?:=|in) (.+)$/gm)].flatMap(([, rest = '']) =>
        [
          ...rest
            .split(/ (?:and|or) /, 1)
            .join()
            .matchAll(/'([^']+)'/g),
        ].map(([, text = '']) => text),
      ),
    );
    assert.ok(messages.size > 5);
    const unwritten = [...messages].filter((text) => !sources.includes(`'${text}'`));
    assert.deepEqual(unwritten, []);
  });

  it('asks the same questions that are saved in CloudWatch', () => {
    const saved = LOG_QUERIES.flatMap(({ lines }) =>
      lines.filter((line) => line.startsWith('filter message =')),
    );
    const asked = runbook.split('\n').map((line) => line.replace(/^\| /, ''));
    assert.ok(saved.filter((line) => asked.includes(line)).length >= 4, saved.join('\n'));
  });
});

/** One row per alarm: what is measured, from which value on, in how many periods. */
function tableOf(all: readonly AlarmDefinition[]): string {
  const missing = { notBreaching: 'fine', breaching: 'failure', ignore: 'unchanged' } as const;
  const rows = all.map((alarm) => {
    const { id, comparison, threshold, periodMinutes, datapoints, periods } = alarm;
    const value = `${comparison === '>=' ? '≥' : '<'} ${threshold}`;
    const times =
      periods === 1 ? lengthOf(periodMinutes) : `${datapoints} of ${periods} × ${lengthOf(periodMinutes)}`;
    return `| [${id}](#${id.toLowerCase()}) | ${measured(alarm)} | ${value} | ${times} | ${missing[alarm.missing]} |`;
  });
  return [
    '| alarm | measured | trips at | within | no measurement |',
    '| --- | --- | ---: | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const lengthOf = (minutes: number): string =>
  minutes === 1440 ? '1 day' : minutes === 60 ? '1 hour' : `${minutes} min`;

const STATISTIC = { Sum: 'sum', Maximum: 'largest', Minimum: 'smallest' } as const;

function measured({ signal, orBelowMinus }: AlarmDefinition): string {
  const name = (one: Signal): string =>
    'own' in one
      ? one.own
      : 'lambda' in one
        ? `${one.lambda} of ${one.functionId}`
        : `messages in ${one.waitingIn}`;
  const either = orBelowMinus === undefined ? '' : ', in either direction';
  return `\`${name(signal)}\`, ${STATISTIC[signal.statistic]}${either}`;
}

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');

function readPage(file: string): string {
  const path = join('docs', file);
  assert.ok(existsSync(path), `${path} does not exist`);
  return readFileSync(path, 'utf8');
}
