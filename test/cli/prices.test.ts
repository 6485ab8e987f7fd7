import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretOf, startWorld, type World } from '../../local/world/world.ts';
import {
  ask,
  changeOf,
  priceSettings,
  request,
  SUBSCRIPTION,
  settled,
  TEN,
} from '../end-to-end/prices/prices.ts';
import { type Operator, operatorOf } from './operator/operator.ts';

describe('asc-jobs prices', () => {
  let world: World;
  let operator: Operator;
  const file = (name: string, json: unknown): string => {
    const path = join(operator.directory, name);
    writeFileSync(path, JSON.stringify(json));
    return path;
  };
  const writes = (): number => world.simulator.prices.history('subscription', SUBSCRIPTION.id).length;
  let sale = '';

  before(async () => {
    world = await startWorld({ now: TEN, settings: priceSettings({ approvalAbovePercent: 20 }) });
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: SUBSCRIPTION.id,
      prices: { USA: '49.99' },
      territories: 'all',
    });
    operator = operatorOf(world);
    sale = file('sale.json', request('sale'));
  });
  after(() => world.close());

  it('plan shows every territory before and after, and sends nothing', async () => {
    const { exit, out } = await operator.run(['prices', 'plan', sale]);
    assert.equal(exit, 0, out);
    assert.match(out, /USA +│ 49\.99 USD │ 44\.99 USD[\s\S]*In every row: change: -10 %/);
    assert.equal(writes(), 0);
  });

  it('plan --markdown can be put on a pull request', async () => {
    const { out } = await operator.run(['prices', 'plan', sale, '--markdown']);
    assert.match(
      out,
      /^### sale\n\nsubscription [^\n]*6448311069[^\n]*, from 2026-11-25 on: 2 of 2 territories change/,
    );
    assert.match(out, /\n\| FRA \| 49\.99 EUR \| 44\.99 EUR \| -10 % \|/);
  });

  it('plan lists all that stands against a request: exit code 2', async () => {
    const wrong = file('wrong.json', request('wrong', { prices: { USA: '4.99', FRA: '499.99' } }));
    const { exit, out } = await operator.run(['prices', 'plan', wrong]);
    assert.equal(exit, 2);
    assert.match(out, /✗ wrong is refused; nothing is sent\.\n {2}- .*FRA[\s\S]*USA/);
  });

  it('apply does nothing when the answer is no, or when nobody can be asked', async () => {
    for (const answer of ['n', '', undefined]) {
      const { exit, err } = await operator.run(['prices', 'apply', sale], answer);
      assert.equal(exit, 3);
      assert.match(err, /Apply this change\? \[y\/N\] [\s\S]*Nothing was done/);
    }
    assert.equal(writes(), 0);
  });

  it('apply brings the prices to Apple and waits for the proof', async () => {
    const { exit, out } = await operator.run(['prices', 'apply', sale], 'y');
    assert.equal(exit, 0, out);
    assert.match(out, /sale +│ acme │ subscription +│ applied/);
    const prices = world.simulator.prices.effective('subscription', SUBSCRIPTION.id, '2026-11-26');
    assert.equal(prices.get('USA'), '44.99');
  });

  it('apply of the same file again sends nothing', async () => {
    const before = writes();
    const { exit } = await operator.run(['prices', 'apply', sale, '--yes']);
    assert.equal(exit, 0);
    assert.equal(writes(), before);
  });

  it('a change that waits is declined by somebody else, or withdrawn by its requester', async () => {
    const team = ['--team', 'acme', '--by'];
    for (const [command, wrong, right, state] of [
      ['decline', 'cfo@acme.example', 'cto@acme.example', 'declined'],
      ['withdraw', 'cto@acme.example', 'cfo@acme.example', 'withdrawn'],
    ] as const) {
      const waits = file(`${command}.json`, request(command, { prices: { USA: '34.49' } }));
      assert.equal((await operator.run(['prices', 'apply', waits, '--yes'])).exit, 1);
      const refused = await operator.run(['prices', command, command, ...team, wrong, '--yes']);
      assert.equal(refused.exit, 2, refused.out + refused.err);
      assert.equal((await operator.run(['prices', command, command, ...team, right], 'no')).exit, 3);
      const ended = await operator.run(['prices', command, command, ...team, right, '--reason', 'no'], 'y');
      assert.equal(ended.exit, 0, ended.out + ended.err);
      assert.match(ended.out, new RegExp(`${command} is ${state}`));
      const again = await operator.run(['prices', command, command, ...team, right, '--yes']);
      assert.match(again.out, new RegExp(`duplicate of ${command}`));
    }
    assert.doesNotMatch((await operator.run(['status'])).out, /declined|withdrawn/, 'they are not open');
  });

  it('a change above the limit for approvals waits: exit code 1; approve lets it go on', async () => {
    const deep = file('deep.json', request('deep', { prices: { USA: '34.99' } }));
    const applied = await operator.run(['prices', 'apply', deep, '--yes']);
    assert.equal(applied.exit, 1, applied.out);
    assert.match(applied.out, /deep .*planned/);
    const own = await operator.run(
      ['prices', 'approve', 'deep', '--team', 'acme', '--by', 'cfo@acme.example'],
      'y',
    );
    assert.equal(own.exit, 2);
    assert.match(own.out, /somebody else must approve it/);
    const approved = await operator.run(
      ['prices', 'approve', 'deep', '--team', 'acme', '--by', 'cto@acme.example'],
      'y',
    );
    assert.equal(approved.exit, 0, approved.out + approved.err);
    assert.match(approved.err, /Approve this plan\?/);
    assert.match(approved.out, /deep .*applied/);
  });

  it('approve --yes asks for the plan that was looked at', async () => {
    const { exit, err } = await operator.run(['prices', 'approve', 'deep', '--team', 'acme', '--yes']);
    assert.equal(exit, 3);
    assert.match(err, /--plan SHA256/);
  });

  it('status shows a change with its plan and its audit trail', async () => {
    const { exit, out } = await operator.run(['prices', 'status', 'sale', '--team', 'acme']);
    assert.equal(exit, 0);
    assert.match(out, /FRA +│ 49\.99 EUR │ 44\.99 EUR[\s\S]*Audit trail:[\s\S]*999-applied\.json/);
  });

  it('rollback takes a change back by a new one, after its plan was shown', async () => {
    const { exit, out, err } = await operator.run(['prices', 'rollback', 'sale', '--team', 'acme'], 'yes');
    assert.match(err, /takes away the price 44\.99 scheduled[\s│]*for 2026-11-25/);
    assert.equal(exit, 0, out + err);
    const prices = world.simulator.prices.effective('subscription', SUBSCRIPTION.id, '2026-11-26');
    assert.equal(prices.get('FRA'), '49.99');
  });

  it('apply of a change that was rolled back says by which change, shows no plan and sends nothing', async () => {
    const before = writes();
    const { exit, out, err } = await operator.run(['prices', 'apply', sale, '--yes', '--no-wait']);
    assert.equal(exit, 0, out + err);
    for (const text of [out, err])
      assert.match(
        text,
        /duplicate of sale, which was rolled back by rollback-of\/sale; nothing is sent again/,
      );
    assert.doesNotMatch(out + err, /44\.99/, 'no plan that would not be carried out');
    assert.equal(writes(), before);
  });

  it('diff compares files of desired prices with Apple: exit code 1 where they differ', async () => {
    const path = join(operator.directory, 'desired/prices/acme/subscription');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(path, { recursive: true });
    const desired = join(path, `${SUBSCRIPTION.id}.csv`);
    writeFileSync(desired, 'territory,price\nFRA,49.99\n');
    const same = await operator.run(['prices', 'diff', desired]);
    assert.equal(same.exit, 0, same.out + same.err);
    assert.match(same.out, /every price is as asked for already/);
    writeFileSync(desired, 'territory,price\nFRA,39.99\n');
    const other = await operator.run(['prices', 'diff', desired]);
    assert.equal(other.exit, 1);
    assert.match(other.out, /FRA +│ 49\.99 EUR │ 39\.99 EUR/);
  });

  it('says what is wrong with a file, and what to do', async () => {
    const broken = join(operator.directory, 'broken.csv');
    writeFileSync(broken, 'team,price\nacme,1\n');
    const { exit, err } = await operator.run(['prices', 'plan', broken]);
    assert.equal(exit, 3);
    assert.match(err, /the column product_kind is missing; required are/);
    const members = join(operator.directory, 'members.json');
    writeFileSync(members, '[1, "x", null]');
    const listed = await operator.run(['prices', 'plan', members]);
    assert.equal(listed.exit, 3);
    for (const [index, kind] of ['a number', 'a string', 'null'].entries())
      assert.ok(listed.err.includes(`[${index}]: must be a request (an object), not ${kind}`), listed.err);
  });
});

describe('asc-jobs prices status', () => {
  let world: World;
  let operator: Operator;
  before(async () => {
    world = await startWorld({ now: TEN, settings: priceSettings() });
    world.simulator.prices.addSubscription({ team: 'acme', id: SUBSCRIPTION.id, prices: { USA: '49.99' } });
    operator = operatorOf(world);
  });
  after(() => world.close());

  const putSecret = async (SecretString: string): Promise<void> => {
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    await secrets.send(
      new PutSecretValueCommand({ SecretId: 'app-store-connect/acme/prices', SecretString }),
    );
    secrets.destroy();
  };

  it('says what a change waits for, in the list, in its detail and as JSON, until it goes on', async () => {
    const key = world.priceKeys.get('acme');
    if (key === undefined) throw new Error('acme has no price key');
    await putSecret('{"keyId":"lost"}');
    await ask(world, request('held', { prices: { USA: '44.99' } }));
    await settled(world, 'held', ({ waiting }) => waiting !== undefined);
    for (const one of [[], ['held', '--team', 'acme']]) {
      const { exit, out } = await operator.run(['prices', 'status', ...one]);
      assert.equal(exit, 1, out);
      assert.match(out, /held waits since 2026-11-24 18:0\d \(UTC\): .*app-store-connect\/acme\/prices/);
    }
    const { out } = await operator.run(['prices', 'status', 'held', '--team', 'acme', '--json']);
    const waiting = (await changeOf(world, 'held'))?.waiting;
    assert.deepEqual(JSON.parse(out)[0].waiting, {
      reason: waiting?.reason,
      since: new Date(waiting?.since ?? 0).toISOString(),
    });

    await putSecret(secretOf(key, world.clock.now(), 'APP_MANAGER'));
    assert.equal((await settled(world, 'held', undefined, 10)).state, 'applied');
    const over = await operator.run(['prices', 'status', 'held', '--team', 'acme']);
    assert.equal(over.exit, 0);
    assert.doesNotMatch(over.out, /waits since/);
  });
});
