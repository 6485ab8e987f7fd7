import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCommand } from '../operator/run-command.ts';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
      prices: {},
    },
  ],
};
/** Nobody listens there: the name is looked at before AWS is asked. */
const NO_AWS = 'http://127.0.0.1:9';

describe('a team that the settings do not name', () => {
  let directory = '';
  let globals: string[] = [];
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'unknown-team-'));
    const settings = join(directory, 'settings.json');
    writeFileSync(settings, JSON.stringify(SETTINGS));
    globals = ['--team', 'acne', '--settings', settings, '--endpoint', NO_AWS];
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  for (const command of [
    'prices status',
    'prices effect winter-sale',
    'prices diff',
    'prices moves',
    'products',
    'keys status',
  ])
    it(`is refused by "${command}", with the one that is probably meant`, async () => {
      const { exit, out, err } = await runCommand([...command.split(' '), ...globals]);
      assert.equal(err, 'The settings name no team "acne". Did you mean acme?\n');
      assert.equal(exit, 3);
      assert.equal(out, '');
    });

  for (const command of ['numbers sales', 'reports list'])
    it(`is refused by "${command}", with the series that there are`, async () => {
      const { exit, err } = await runCommand([...command.split(' '), ...globals]);
      assert.match(
        err,
        /^The settings have no such series; they have acme\/85012345\/SALES\/SUMMARY\/DAILY\.\n$/,
      );
      assert.equal(exit, 3);
    });
});
