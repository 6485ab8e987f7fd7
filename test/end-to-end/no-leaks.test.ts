import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCheckList } from '../../local/demo/check-list.ts';
import { readLedger } from '../../local/demo/ledger-view.ts';
import { MORNING, MORNING_SETTINGS, playMorning, stockSales } from '../../local/demo/morning.ts';
import { copyLake } from '../../local/demo/report-copy.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { keyLines, leaksIn, type Trace, tracesOf } from '../leaks.ts';
import { dayBefore, messageFor } from './reports/sales.ts';

describe('After a whole morning, with failures', () => {
  let world: World;
  const texts: Trace[] = [];

  const secrets = (): string[] =>
    [...world.keys.values(), ...world.priceKeys.values()].flatMap(({ privateKeyPem }) =>
      keyLines(privateKeyPem),
    );
  const leaks = (where: string, text: string): string[] => leaksIn({ where, text }, secrets());

  before(async () => {
    world = await startWorld({ now: MORNING, settings: MORNING_SETTINGS });
    world.cloud.recordBodies(true);
    stockSales(world);
    const checks = createCheckList();
    await playMorning(world, checks, () => undefined);
    assert.equal(checks.failed(), 0, checks.lines().join('\n'));
    const pem = world.keys.get('acme')?.privateKeyPem ?? '';
    // Secrets that are wrong in ways that tempt a parser to quote them.
    for (const secret of [
      pem,
      JSON.stringify({ privateKey: pem }),
      JSON.stringify(pem),
      `{"privateKey":"${pem}"`,
    ]) {
      await world.storeReportsSecret('acme', secret);
      await world.pass(6 * 60_000);
      await world.cloud.invoke('FetchReport', messageFor(dayBefore(40)));
    }
    await world.cloud.invoke('FetchReport', { Records: [{ messageId: 'x', body: pem }] });
    await world.cloud.invoke('FetchReport', { nothing: pem }).catch((error: unknown) => {
      texts.push({ where: 'a thrown error', text: JSON.stringify(error, Object.getOwnPropertyNames(error)) });
    });

    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    await copyLake(world.cloud, directory);
    texts.push(
      ...tracesOf(world.cloud),
      ...world.cloud.events().map((event) => ({ where: 'event', text: JSON.stringify(event) })),
      ...(await readLedger(world.cloud)).map((item) => ({
        where: `ledger ${item.sk}`,
        text: JSON.stringify(item),
      })),
      ...readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(gz|parquet)$/.test(name))
        .map((name) => ({ where: name, text: readFileSync(join(directory, name), 'latin1') })),
    );
  });
  after(() => world.close());

  it('the search would find a key and a token', () => {
    const pem = world.keys.get('acme')?.privateKeyPem ?? '';
    assert.notDeepEqual(leaks('planted', JSON.stringify({ message: pem })), []);
    assert.notDeepEqual(leaks('planted', 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl'), []);
  });

  it('there is something to search: logs, events, items, objects, requests and an error', () => {
    for (const where of [
      'log of FetchReport',
      'log of PlanReports',
      'event',
      'dynamodb UpdateItem',
      's3 PutObject',
      'sqs SendMessageBatch',
      'a thrown error',
    ]) {
      assert.ok(
        texts.some((found) => found.where === where),
        `nothing from ${where}`,
      );
    }
  });

  it('no private key and no token is in any of it', () => {
    assert.deepEqual(
      texts.flatMap(({ where, text }) => leaks(where, text)),
      [],
    );
  });
});
