import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeKey, secretOf, type World } from '../../../local/world/world.ts';
import { type Operator, operatorOf } from '../../cli/operator/operator.ts';
import { ask, request, SUBSCRIPTION, settled } from '../../end-to-end/prices/prices.ts';
import { dailySales, HOUR, messageFor, salesTsv } from '../../end-to-end/reports/sales.ts';
import {
  alarms,
  checkAndCompare,
  DAY,
  FIRST_MORNING,
  failing,
  hour,
  hours,
  MINUTE,
  quietMorning,
  sendTo,
  startWatchedWorld,
  sweepTwice,
  upload,
} from '../../faults/alarms/alarm-world.ts';
import { wordsOf } from '../fences.ts';
import { askLogs, fieldOf } from './logs-insights.ts';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8').replaceAll('\r', '');
const WRITE = { method: 'POST', path: /subscriptionPrices/ };
const DESIRED = `desired/prices/acme/subscription/${SUBSCRIPTION.id}.json`;

/** A paragraph by its parts: what stands after `**Check.**` and so on. */
function paragraphOf(id: string): Record<'Check' | 'Fix', string> {
  const [, text = ''] = new RegExp(`^### ${id}\\n([\\s\\S]*?)(?=^##)`, 'm').exec(`${RUNBOOK}\n##`) ?? [];
  const part = (label: string): string =>
    new RegExp(`\\*\\*${label}\\*\\*([\\s\\S]*?)(?=\\n\\*\\*|$)`).exec(text)?.[1] ?? '';
  return { Check: part('Check\\.'), Fix: part('Fix\\.') };
}

/** One failure: how it comes, what must be found where the paragraph says to look, and what ends it. */
type Failure = {
  alarm: string;
  /** What stands for a name in capitals. */
  names?: Record<string, string>;
  comes(): Promise<void>;
  /** The morning's reports are not fetched before it comes. */
  early?: true;
  /** The true cause, in the lines and the output that "Check" leads to. */
  tells: RegExp;
  /** Other alarms that are on meanwhile. */
  besides?: string[];
  mended(): Promise<void>;
};

describe('The runbook, followed', () => {
  let world: World;
  let operator: Operator;
  let morning = FIRST_MORNING;
  /** What one failure has left behind must not be another's. */
  let isClean = false;
  const begin = async (): Promise<void> => {
    world = await startWatchedWorld();
    operator = operatorOf(world);
    morning = FIRST_MORNING;
    isClean = true;
  };
  before(begin);
  after(() => world.close());

  /** Fields that queries name, and whether any line had them: an error or a reason is not in every one. */
  const shownFields = new Map<string, boolean>();
  const yesterday = (): string => new Date(morning - DAY).toISOString().slice(0, 10);
  const answer = (effect: Parameters<World['simulator']['faults']['add']>[0]['effect']) =>
    world.simulator.faults.add({
      match: { query: { 'filter[reportDate]': yesterday() } },
      times: Number.POSITIVE_INFINITY,
      effect,
    });
  /** "Then fetch it again", by a request to the planner. */
  const fetchAgain = async (): Promise<void> => {
    world.simulator.faults.clear();
    await world.cloud.purge('ReportDeadLetters');
    await world.cloud.invoke('PlanReports', { from: yesterday(), to: yesterday() });
    await world.cloud.drain();
    await hours(world, 2);
  };
  const said = async (id: string, command: string, names: Record<string, string>): Promise<string> => {
    const words = wordsOf(command)
      .slice(2)
      .map((word) => names[word] ?? word);
    const { exit, out, err } = await operator.run(words, 'yes');
    assert.notEqual(exit, 3, `${id}: ${command}\n${out}${err}`);
    return `${out}${err}`;
  };

  /** Follows "Check": runs its commands, asks its queries. Gives all that they show. */
  async function look(id: string, names: Record<string, string>, since: number): Promise<string> {
    const { Check } = paragraphOf(id);
    let shown = '';
    for (const [, command = ''] of Check.matchAll(/^(npx asc-jobs .+)$/gm))
      shown += await said(id, command, names);
    for (const [, before = '', query = ''] of Check.matchAll(/([\s\S]*?)```text\n([\s\S]*?)```/g)) {
      const functions = [...before.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name);
      const lines = world.cloud
        .logs()
        .filter(({ functionId, at }) => at >= since && functions.includes(functionId))
        .map(({ line }) => line);
      const named = Object.entries(names).reduce(
        (text, [name, value]) => text.replaceAll(name, value),
        query,
      );
      const found = askLogs(named, lines);
      assert.ok(found.lines.length > 0, `${id}: nothing is found in ${functions} by\n${named}`);
      for (const field of found.fields) {
        const isThere = found.lines.some((line) => fieldOf(line, field) !== undefined);
        shownFields.set(field, isThere || shownFields.get(field) === true);
      }
      shown += found.lines.map((line) => line['@message']).join('\n');
    }
    return shown;
  }

  const failures: Failure[] = [
    {
      alarm: 'NoReportByNoon',
      early: true,
      async comes() {
        world.simulator.reports.late({ ...dailySales(yesterday()), availableAt: morning + 6 * HOUR });
        await hour(world);
        await hours(world, 3);
      },
      // The reasons are asked for under ReportOverdue.
      tells: /"waiting":1/,
      async mended() {
        await hours(world, 4);
      },
    },
    {
      alarm: 'ReportOverdue',
      early: true,
      async comes() {
        world.simulator.reports.late({ ...dailySales(yesterday()), availableAt: morning + 34 * HOUR });
        await hour(world);
        await nextDay();
        await hours(world, 5);
      },
      tells: /not available yet/,
      async mended() {
        await hours(world, 7);
      },
    },
    {
      alarm: 'UnknownAnswer',
      early: true,
      async comes() {
        answer({ kind: 'html', status: 200 });
        await hour(world);
      },
      tells: /html|HTML|web page/,
      besides: ['ReportDeadLetters'],
      mended: fetchAgain,
    },
    {
      alarm: 'ContradictoryAnswer',
      early: true,
      async comes() {
        const other = { 'Begin Date': '01/02/2026', 'End Date': '01/02/2026' };
        world.simulator.reports.put({ ...dailySales(yesterday()), tsv: salesTsv(other) });
        await hour(world);
      },
      tells: /2026-01-02/,
      async mended() {
        world.simulator.reports.put({ ...dailySales(yesterday()), tsv: salesTsv() });
        await hours(world, 7);
      },
    },
    {
      alarm: 'ReportRejected',
      early: true,
      names: { TEAM: 'acme', DAY: '2026-11-27' },
      async comes() {
        const detail = 'Invalid vendor number specified. Try again.';
        answer({ kind: 'status', status: 400, code: 'PARAMETER_ERROR.INVALID', detail });
        await hour(world);
      },
      tells: /vendor number/i,
      besides: ['ReportDeadLetters'],
      async mended() {
        world.simulator.faults.clear();
        await fix('ReportRejected', 'npx asc-jobs reports backfill', { TEAM: 'acme', DAY: yesterday() });
        await world.cloud.purge('ReportDeadLetters');
        await world.cloud.drain();
        await hours(world, 2);
      },
    },
    {
      alarm: 'FetchReportErrors',
      early: true,
      async comes() {
        world.cloud.faults.add({
          service: 'dynamodb',
          operation: 'UpdateItem',
          times: 5,
          effect: { when: 'before', call: async () => void (await world.cloud.kill('FetchReport')) },
        });
        for (let times = 0; times < 5; times += 1)
          await failing(world, 'FetchReport', messageFor(yesterday()));
        await hour(world);
      },
      tells: /./,
      async mended() {
        await hours(world, 2);
      },
    },
    {
      alarm: 'ReportEventsOwed',
      early: true,
      async comes() {
        world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
        await hours(world, 4);
      },
      tells: /not authorized|AccessDenied/i,
      async mended() {
        world.cloud.faults.clear();
        await hours(world, 3);
      },
    },
    {
      alarm: 'PriceChangeFailed',
      names: { ID: 'refused' },
      async comes() {
        const detail = 'Not in this state.';
        world.simulator.faults.add({
          match: WRITE,
          effect: { kind: 'status', status: 409, code: 'ENTITY_ERROR', detail },
        });
        await ask(world, request('refused', { prices: { USA: '43.99' } }));
        await settled(world, 'refused');
        await world.cloud.drain();
      },
      tells: /Not in this state/,
      async mended() {
        await hours(world, 1);
      },
    },
    {
      alarm: 'PriceChangeUnsettled',
      names: { ID: 'unshown' },
      async comes() {
        world.simulator.faults.add({
          match: WRITE,
          effect: { kind: 'delayedEffect', millis: 400 * DAY, answer: 'normal' },
        });
        await ask(world, request('unshown', { prices: { USA: '42.99' } }));
        await settled(world, 'unshown', undefined, 10);
        await world.cloud.drain();
      },
      tells: /does not show the new price of USA/,
      async mended() {
        await hours(world, 1);
      },
    },
    {
      alarm: 'PriceChangeWaiting',
      async comes() {
        await ask(world, request('waits', { prices: { USA: '14.99' } }));
        await settled(world, 'waits', ({ state }) => state === 'planned');
        await nextDay();
        await hours(world, 1);
      },
      tells: /waits/,
      async mended() {
        await fix('PriceChangeWaiting', 'npx asc-jobs prices decline', { CHANGE: 'waits', TEAM: 'acme' });
        assert.equal((await settled(world, 'waits')).state, 'declined');
        await hours(world, 1);
      },
    },
    {
      alarm: 'PriceChangeStuck',
      names: { ID: 'slow' },
      async comes() {
        world.simulator.faults.add({
          match: WRITE,
          times: Number.POSITIVE_INFINITY,
          effect: { kind: 'rateLimited' },
        });
        await ask(world, request('slow', { prices: { USA: '41.99' } }));
        for (let quarter = 0; quarter < 6; quarter += 1) await sweepTwice(world);
        await world.cloud.invoke('PlanReports');
      },
      tells: /limit/i,
      async mended() {
        world.simulator.faults.clear();
        await settled(world, 'slow', undefined, 1);
        await hours(world, 1);
      },
    },
    {
      alarm: 'PriceDrift',
      async comes() {
        await upload(world, DESIRED, JSON.stringify({ prices: { USA: '13.99' } }));
        await world.cloud.drain();
        await world.cloud.invoke('ReconcilePrices');
      },
      tells: /drift/,
      async mended() {
        await hours(world, 1);
        const present = world.simulator.prices
          .effective('subscription', SUBSCRIPTION.id, '2027-01-31')
          .get('USA');
        await upload(world, DESIRED, JSON.stringify({ prices: { USA: present } }));
        await world.cloud.drain();
        // What "Resolved when" says.
        await world.cloud.invoke('ReconcilePrices', {});
      },
    },
    {
      alarm: 'ReconcilePricesErrors',
      async comes() {
        await upload(world, DESIRED, 'not json');
        await world.cloud.drain();
        await failing(world, 'ReconcilePrices');
      },
      tells: /DESIRED_PRICES_UNREADABLE|could not be compared/,
      async mended() {
        await upload(world, DESIRED, JSON.stringify({ prices: { DEU: '49.99' } }));
        await world.cloud.drain();
        await world.cloud.invoke('ReconcilePrices');
        await hours(world, 2);
      },
    },
    {
      alarm: 'PriceDeadLetters',
      async comes() {
        await sendTo(world, 'PriceQueue', 'hello', 'nobody');
        await world.cloud.drain();
      },
      tells: /message/i,
      async mended() {
        await world.cloud.purge('PriceDeadLetters');
      },
    },
    {
      alarm: 'PriceEventsOwed',
      async comes() {
        world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
        await ask(world, request('untold', { prices: { USA: '40.99' } }));
        await settled(world, 'untold');
        await hours(world, 3);
      },
      tells: /untold/,
      async mended() {
        world.cloud.faults.clear();
        await hours(world, 3);
      },
    },
    {
      alarm: 'KeyUnhealthy',
      async comes() {
        await world.storeReportsSecret('acme', 'not a key');
        await world.cloud.invoke('CheckKeys');
      },
      tells: /secret/i,
      async mended() {
        await hours(world, 1);
        await newKey('MENDED0001');
        await fix('KeyUnhealthy', 'npx asc-jobs keys check', {}, 'Resolved');
        await hours(world, 1);
      },
    },
    {
      alarm: 'AgreementUnsigned',
      early: true,
      async comes() {
        world.simulator.setAgreement('acme', false);
        await hour(world);
        await world.cloud.invoke('CheckKeys');
      },
      tells: /greement/,
      async mended() {
        await hours(world, 1);
        world.simulator.setAgreement('acme', true);
        await fix('AgreementUnsigned', 'npx asc-jobs keys check', {}, 'Resolved');
        await hours(world, 2);
      },
    },
    {
      alarm: 'KeyTooOld',
      async comes() {
        await newKey('OLDKEY0001', world.clock.now() - 91 * DAY);
        await world.cloud.invoke('CheckKeys');
      },
      tells: /91/,
      async mended() {
        await hours(world, 1);
        await newKey('NEWKEY0001');
        world.simulator.revokeKey('OLDKEY0001');
        await fix('KeyTooOld', 'npx asc-jobs keys check', {}, 'Resolved');
      },
    },
    {
      alarm: 'PlannerSilent',
      async comes() {
        world.cloud.faults.add({
          service: 'dynamodb',
          operation: 'Query',
          times: 100,
          effect: 'accessDenied',
        });
        await failing(world, 'PlanReports');
        world.cloud.faults.clear();
        for (let passed = 0; passed < 4; passed += 1) {
          await world.pass(44 * MINUTE);
          await sweepTwice(world);
        }
      },
      tells: /not authorized|AccessDenied/i,
      async mended() {
        // By hand, as "Fix" says.
        await world.cloud.invoke('PlanReports', {});
      },
    },
    {
      alarm: 'ClockSkew',
      early: true,
      async comes() {
        world.simulator.behaviour.clockAheadSeconds = 90;
        await hour(world);
      },
      tells: /"skewMillis":(89|90)\d{3}/,
      async mended() {
        world.simulator.behaviour.clockAheadSeconds = 0;
        await hours(world, 1);
        await world.cloud.invoke('CheckKeys');
      },
    },
    {
      alarm: 'RateBudgetLow',
      async comes() {
        await newKey('BUDGET0001');
        for (let passed = 0; passed < 3; passed += 1) {
          await hours(world, 1);
          world.simulator.leaveRequests('BUDGET0001', 100);
          await world.cloud.invoke('PlanReports', { from: yesterday(), to: yesterday(), refetch: true });
          await world.cloud.drain();
        }
      },
      tells: /"requestsRemaining":(9\d|100)\b/,
      async mended() {
        await hours(world, 2);
      },
    },
  ];

  const nextDay = async (): Promise<void> => {
    morning += DAY;
    world.clock.set(morning);
    await checkAndCompare(world);
    await hour(world);
  };
  const newKey = async (keyId: string, createdAt = world.clock.now()): Promise<void> => {
    const former = world.keys.get('acme');
    const issuerId = former?.issuerId ?? '';
    const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId, role: 'FINANCE' });
    await world.storeReportsSecret('acme', secretOf(key, createdAt));
  };
  /** Runs a command of "Fix" (or of "Resolved when") as it stands there. */
  const fix = async (
    id: string,
    command: string,
    names: Record<string, string>,
    part = 'Fix',
  ): Promise<void> => {
    const text = part === 'Fix' ? paragraphOf(id).Fix : RUNBOOK;
    const [whole = ''] = new RegExp(`${command}[^\`]*`).exec(text.replaceAll(/\s*\n/g, ' ')) ?? [];
    assert.notEqual(whole, '', `${id} does not name ${command}`);
    await said(id, whole, names);
  };

  for (const { alarm, names = {}, early, comes, tells, besides = [], mended } of failures)
    it(`${alarm}: leads to the cause and to the end`, async () => {
      if (!isClean) {
        await world.close();
        await begin();
      }
      isClean = false;
      morning += DAY;
      if (early === true) {
        world.clock.set(morning);
        await checkAndCompare(world);
      } else await quietMorning(world, morning);
      const since = world.clock.now();
      await comes();
      assert.deepEqual(await alarms(world), [alarm, ...besides].toSorted());
      assert.match(await look(alarm, names, since - 4 * HOUR), tells);
      await mended();
      world.simulator.faults.clear();
      world.cloud.faults.clear();
      await world.pass(16 * MINUTE);
      await hour(world);
      assert.deepEqual(await alarms(world), []);
      isClean = true;
    });

  it('names no field that no line has', () => {
    // No series has failed here, and no campaign waits.
    const elsewhere = ['states.failed', 'campaign'];
    const never = [...shownFields].flatMap(([field, isShown]) =>
      isShown || elsewhere.includes(field) ? [] : [field],
    );
    assert.deepEqual(never, []);
  });
});
