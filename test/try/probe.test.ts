import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startSimulator } from '../../local/simulator/index.ts';
import {
  behaviourFileSchema,
  behaviourOf,
  type SettledBehaviour,
} from '../../local/simulator/rules/behaviour-file.ts';
import { runCommand } from '../cli/operator/run-command.ts';
import { keyLines, leaksIn } from '../leaks.ts';
import { type Account, openAccount, VENDOR } from './account.ts';

const root = mkdtempSync(join(tmpdir(), 'probe-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Either side of what Apple leaves open. */
const ONE: SettledBehaviour = {
  missingIssuedAt: 'accepted',
  clockToleranceSeconds: 0,
  scopeEntryWithoutQuery: 'only-without-query',
  scopeExtraParameters: 'allowed',
  reportAccept: 'anything',
  reportContentEncoding: 'agzip',
  vendorWithoutDataOfType: 'invalid-vendor',
  longReportNotGenerated: 'not-available-yet',
  retiredReportVersion: 'refused',
  subscriptionPricePointsNeedTerritory: false,
};
const OTHER: SettledBehaviour = {
  missingIssuedAt: 'refused',
  clockToleranceSeconds: 110,
  scopeEntryWithoutQuery: 'any-query',
  scopeExtraParameters: 'refused',
  reportAccept: 'must-accept-gzip',
  reportContentEncoding: 'none',
  vendorWithoutDataOfType: 'no-sales',
  longReportNotGenerated: 'no-sales',
  retiredReportVersion: 'no-sales',
  subscriptionPricePointsNeedTerritory: true,
};

async function probe(account: Account, name: string) {
  const file = join(root, name);
  const answer = await account.try(['--probe', '--probe-file', file]);
  return { ...answer, file, text: readFileSync(file, 'utf8') };
}

describe('asc-jobs try --probe', () => {
  for (const [name, behaviour] of Object.entries({ one: ONE, other: OTHER }))
    it(`finds out how this Apple behaves: ${name}`, async () => {
      const account = await openAccount();
      try {
        Object.assign(account.simulator.behaviour, behaviour);
        const { exit, err, text } = await probe(account, `${name}.json`);
        assert.equal(exit, 0, err);
        const found = behaviourFileSchema.parse(JSON.parse(text));
        assert.deepEqual(
          Object.fromEntries(
            Object.keys(behaviour).map((point) => [point, found.behaviour[point as keyof SettledBehaviour]]),
          ),
          behaviour,
        );
        const requests = account.simulator.requests();
        assert.ok(requests.length > 15 && requests.length <= 30, `${requests.length} reads`);
        assert.deepEqual([...new Set(requests.map(({ method }) => method))], ['GET']);
      } finally {
        await account.close();
      }
    });

  it('writes no name, key, id or amount into its file', async () => {
    const account = await openAccount();
    try {
      const { out, text } = await probe(account, 'clean.json');
      for (const secret of [VENDOR, account.issuerId, 'TRYKEY0001', '6448311069', 'Tide', '49.99'])
        assert.ok(!text.includes(secret), secret);
      assert.deepEqual(leaksIn({ where: 'file', text: `${text}${out}` }, keyLines(account.pem)), []);
    } finally {
      await account.close();
    }
  });

  it('leaves out what a key may not read', async () => {
    const account = await openAccount('APP_MANAGER');
    try {
      const { text } = await probe(account, 'few.json');
      const { behaviour } = behaviourFileSchema.parse(JSON.parse(text));
      assert.equal(behaviour.reportAccept, undefined);
      assert.equal(behaviour.missingIssuedAt, 'accepted');
    } finally {
      await account.close();
    }
  });

  it('makes a file that the simulator plays', async () => {
    const account = await openAccount();
    try {
      Object.assign(account.simulator.behaviour, OTHER);
      const { text } = await probe(account, 'played.json');
      const simulator = await startSimulator({
        clock: account.clock,
        behaviour: behaviourOf(behaviourFileSchema.parse(JSON.parse(text))),
      });
      assert.equal(simulator.behaviour.scopeEntryWithoutQuery, 'any-query');
      assert.equal(simulator.behaviour.revokedKeyCode, 'NOT_FOUND', 'what was not settled stays as it was');
      await simulator.close();
      const broken = join(root, 'broken.json');
      writeFileSync(broken, JSON.stringify({ ...JSON.parse(text), behaviour: { reportAccept: 'nothing' } }));
      const { exit, err } = await runCommand([
        'simulate',
        '--port',
        '0',
        '--keys',
        root,
        '--behaviour',
        broken,
      ]);
      assert.equal(exit, 3);
      assert.match(err, /behaviour\.reportAccept/);
    } finally {
      await account.close();
    }
  });
});
