import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../local/world/world.ts';
import { check, DAY, FIRST_DAY, noticesOf, settingsWith, statusOf } from './key-world.ts';

/** 90 days are the limit: 75 % is day 68, 90 % day 81, and then weekly. */
const EXPECTED = ['75', '90', '100', '100+1w', '100+2w', '100+3w', '100+4w', '100+5w'].map(
  (step) => `LOCALKEY00#${step}`,
);
const DAYS = 126;

describe('Eighteen weeks of daily checks', () => {
  let world: World;
  const sentOn = new Map<string, number>();

  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    // Every third day until the first reminder is near: those checks bring nothing.
    for (let day = 0; day <= DAYS; day += day < 60 ? 3 : 1) {
      await world.passTo(FIRST_DAY + day * DAY);
      // On some days twice, one after the other or at once: the scheduler may start it more than once.
      await (day % 9 === 5 ? Promise.all([check(world), check(world)]) : check(world));
      if (day % 3 === 2) await check(world);
      for (const id of noticesOf(world)) if (!sentOn.has(id)) sentOn.set(id, day);
    }
  });
  after(() => world.close());

  it('send exactly the reminders that are due, each once', () => {
    assert.deepEqual(noticesOf(world), EXPECTED);
  });

  it('send them on the day they are due', () => {
    assert.deepEqual([...sentOn.values()], [68, 81, 90, 97, 104, 111, 118, 125]);
  });

  it('tell who uses the key, where it is stored, what to do and by when, readable in a mail', () => {
    const [first] = world.cloud.notifications();
    assert.ok(first);
    assert.equal(first.subject, 'acme/reports: key LOCALKEY00 is 68 of 90 days old, 22 days left');
    for (const expected of [
      /Rotate it by 2026-11-30 \(22 days left\)/,
      /functions FetchReport, CheckKeys, RotateKey/,
      /Secrets Manager, us-east-1, secret app-store-connect\/acme\/reports/,
      /access Finance and nothing else/,
      /npx asc-jobs keys rotate --team acme --job reports --p8 AuthKey_<key ID>\.p8/,
      /Revoke LOCALKEY00/,
    ])
      assert.match(first.email, expected);
    assert.doesNotMatch(first.email, /undefined|\[object|NaN/);
    assert.deepEqual(
      first.email.split('\n').filter((line) => line.length >= 200),
      [],
    );
  });

  it('are in the form that AWS Chatbot shows, and as JSON for programs', () => {
    const [first] = world.cloud.notifications();
    const { version, source, content } = JSON.parse(first?.chat ?? '');
    assert.deepEqual([version, source, content.textType], ['1.0', 'custom', 'client-markdown']);
    assert.match(content.title, /LOCALKEY00 is 68 of 90 days old/);
    assert.equal(content.nextSteps.length, 6);
    const facts = JSON.parse(first?.lambda ?? '');
    assert.deepEqual([facts.kind, facts.step, facts.by], ['key-age', '75', '2026-11-30']);
  });

  it('cost two calls to Apple on the first day and one on each later check', () => {
    const perPath = Map.groupBy(world.simulator.requests(), ({ path }) => path);
    assert.equal(perPath.get('/v1/apps')?.length, 1, 'whether the role is too wide is asked once per key');
    const checks = world.cloud.logs().filter(({ line }) => line.includes('"Checked a key"')).length;
    assert.equal(perPath.get('/v1/salesReports')?.length, checks);
  });

  it('measure age, health and skew', () => {
    const values = (name: string) =>
      world.cloud.metrics().filter((metric) => metric.name === name && metric.functionId === 'CheckKeys');
    assert.equal(values('KeyAgeDays').at(-1)?.value, DAYS);
    assert.deepEqual(values('KeyHealthy').at(-1)?.dimensions, {
      service: 'app-store-connect-jobs',
      team: 'acme',
      job: 'reports',
    });
    assert.ok(values('KeyHealthy').every(({ value }) => value === 1));
    assert.ok(values('ClockSkewSeconds').length > DAYS / 2);
  });

  it('leave a status to be read', async () => {
    const status = await statusOf(world);
    assert.equal(status.health, 'well');
    assert.equal(status.key?.remainingDays, 90 - DAYS);
    assert.deepEqual(
      status.findings.map(({ code }) => code),
      ['key-too-old'],
    );
  });
});
