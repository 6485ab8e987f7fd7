import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { alarmDefinitions } from '../../infra/monitoring/alarm-definitions.ts';
import { LOG_QUERIES } from '../../infra/monitoring/log-queries.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
/** The paragraphs, by heading. */
const paragraphs = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((part): [string, string] => [part.slice(0, part.indexOf('\n')), part.replace(/^## [\s\S]*/m, '')]),
);
const ids = alarmDefinitions({ keyMaxAgeDays: 90 }).map(({ id }) => id);

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

  it('asks for log messages that the functions write', () => {
    const sources = globSync('functions/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const saved = LOG_QUERIES.flatMap(({ lines }) => lines).join('\n');
    const messages = new Set(
      [...`${runbook}\n${saved}`.matchAll(/\bmessage = '([^']+)'/g)].map(([, text = '']) => text),
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
