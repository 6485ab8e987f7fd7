import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { secretOf, type World } from '../../../local/world/world.ts';
import {
  answerOf,
  asked,
  change,
  ending,
  eventsOf,
  newSubscription,
  pricesOn,
  recordOf,
  startPrices,
  TOMORROW,
  wish,
  writesOf,
} from './price-teams.ts';

describe('Who may change which prices', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const add = (team = 'acme') => newSubscription(world, { team });
  const lower = (idempotencyKey: string, id: string, more: Record<string, unknown> = {}) =>
    change(world, {
      idempotencyKey,
      product: { kind: 'subscription', id },
      prices: { USA: '44.99' },
      ...more,
    });

  const putSecret = async (team: string, SecretString: string): Promise<void> => {
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    const SecretId = `app-store-connect/${team}/prices`;
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    secrets.destroy();
  };

  it('not a key of another role: the change is rejected with the role it takes', async () => {
    const key = world.keys.get('strict');
    if (key === undefined) throw new Error('strict has no reports key');
    await putSecret('strict', secretOf(key, world.clock.now()));
    const id = add('strict');
    const record = await lower('finance', id, { team: 'strict' });
    assert.deepEqual(
      [record.state, record.problems.length, record.problems[0]?.path],
      ['rejected', 1, '(key)'],
    );
    assert.match(record.problems[0]?.message ?? '', /App Manager/);
    assert.deepEqual(eventsOf(world, 'finance'), ['Price Change Rejected']);
    assert.deepEqual(writesOf(asked(world)), []);
  });

  it('nobody while an agreement is unsigned: a dry run says so, a change waits until it is signed', async () => {
    world.simulator.setAgreement('careful', false);
    const product = { kind: 'subscription', id: add('careful') };
    const json = wish({ idempotencyKey: 'unsigned', team: 'careful', product, prices: { USA: '47.99' } });
    const { problems = [], status } = await answerOf(world, { ...json, dryRun: true });
    assert.equal(status, 'rejected');
    assert.match(
      problems.map(({ message }) => message).join(),
      /^Apple cannot be read now.*agreement.*Account Holder/is,
    );
    assert.equal((await answerOf(world, json)).status, 'accepted');
    await world.cloud.drain(500).catch(() => undefined);
    assert.equal((await recordOf(world, 'unsigned', 'careful'))?.state, 'accepted');
    world.simulator.setAgreement('careful', true);
    const record = await ending(world, 'unsigned', { team: 'careful', minutesARound: 10 });
    assert.equal(record.state, 'applied');
  });

  it('nobody while the secret gives no key: the change waits until that is put right', async () => {
    const key = world.priceKeys.get('enforcing');
    if (key === undefined) throw new Error('enforcing has no price key');
    await putSecret('enforcing', '{"keyId":"lost"}');
    const product = { kind: 'subscription', id: add('enforcing') };
    const json = wish({ idempotencyKey: 'lost', team: 'enforcing', product, prices: { USA: '44.99' } });
    const { problems = [] } = await answerOf(world, { ...json, dryRun: true });
    assert.match(problems.map(({ message }) => message).join(), /app-store-connect\/enforcing\/prices/);
    assert.equal((await answerOf(world, json)).status, 'accepted');
    await ending(world, 'lost', { team: 'enforcing', reached: ({ fence }) => fence > 0 });
    await world.cloud.drain(500).catch(() => undefined);
    assert.equal((await recordOf(world, 'lost', 'enforcing'))?.state, 'accepted');
    await putSecret('enforcing', secretOf(key, world.clock.now()));
    const record = await ending(world, 'lost', { team: 'enforcing', minutesARound: 10 });
    assert.equal(record.state, 'applied');
  });

  it('of a product that is not this team’s, or is of another kind, nothing', async () => {
    for (const kind of ['subscription', 'inAppPurchase', 'app']) {
      const record = await change(world, {
        idempotencyKey: `unknown-${kind}`,
        product: { kind, id: add('bulk') },
        prices: { USA: '44.99' },
      });
      assert.deepEqual(
        [record.state, record.problems.map(({ path }) => path)],
        ['rejected', ['product.id']],
        kind,
      );
      assert.match(record.problems[0]?.message ?? '', /^Apple knows no such product of this team/);
    }
  });

  it('of a team without prices nothing at all', async () => {
    const answer = await answerOf(
      world,
      wish({ idempotencyKey: 'r', team: 'readers', product: { kind: 'app', id: '1' }, prices: { USA: '0' } }),
    );
    assert.deepEqual([answer.status, answer.problems?.map(({ path }) => path)], ['rejected', ['team']]);
    assert.equal(await recordOf(world, 'r', 'readers'), undefined);
  });
});

describe('Changes that meet', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const add = () => newSubscription(world);
  const json = (idempotencyKey: string, id: string, price: string) =>
    wish({ idempotencyKey, product: { kind: 'subscription', id }, prices: { USA: price } });
  const usa = (id: string) => pricesOn(world, 'subscription', id, TOMORROW, ['USA'])[0];
  const history = (id: string) => world.simulator.prices.history('subscription', id);

  /** A message as SQS may deliver it once more, or a person from the dead-letter queue. */
  const replay = async (changeId: string, id: string) => {
    const sqs = new SQSClient(world.cloud.clientConfig);
    const name = world.cloud.nameOf('AWS::SQS::Queue', 'PriceQueue');
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: `${world.cloud.clientConfig.endpoint}/000000000000/${name}`,
        MessageBody: JSON.stringify({ team: 'acme', changeId }),
        MessageGroupId: `acme#subscription#${id}`,
        MessageDeduplicationId: `${changeId}-${Math.random()}`,
      }),
    );
    sqs.destroy();
  };

  it('on two products do not hold each other up', async () => {
    const [held, free] = [add(), add()];
    const slow = world.simulator.faults.add({
      match: { method: 'GET', path: `/v1/subscriptions/${held}` },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'rateLimited', retryAfterSeconds: 2 },
    });
    await answerOf(world, json('held', held, '44.99'));
    await answerOf(world, json('free', free, '44.99'));
    assert.equal((await ending(world, 'free')).state, 'applied');
    assert.equal((await recordOf(world, 'held'))?.state, 'accepted');
    slow.remove();
    assert.equal((await ending(world, 'held', { minutesARound: 1 })).state, 'applied');
  });

  it('on one product take effect in their order, also when the first has to wait', async () => {
    const id = add();
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      effect: { kind: 'rateLimited', retryAfterSeconds: 2 },
    });
    await answerOf(world, json('older', id, '44.99'));
    await answerOf(world, json('newer', id, '39.99'));
    await ending(world, 'newer');
    assert.equal((await recordOf(world, 'older'))?.state, 'applied');
    assert.deepEqual(
      history(id)
        .filter(({ outcome }) => outcome === 'applied')
        .flatMap(({ changes }) => changes.map(({ after: to }) => to)),
      ['44.99', '39.99'],
    );
  });

  it('again and again, the older after the newer, change nothing', async () => {
    const id = add();
    await answerOf(world, json('first', id, '44.99'));
    await ending(world, 'first');
    await answerOf(world, json('second', id, '39.99'));
    await ending(world, 'second');
    const before = history(id).length;
    assert.equal((await answerOf(world, json('first', id, '44.99'))).status, 'duplicate');
    for (const changeId of ['first', 'second', 'first']) await replay(changeId, id);
    await world.cloud.drain();
    assert.deepEqual([usa(id), history(id).length], ['39.99', before]);
    assert.deepEqual(eventsOf(world, 'first'), ['Price Change Applied']);
  });

  it('are refused when an older one was never begun', async () => {
    const id = add();
    world.cloud.pauseQueues();
    await answerOf(world, json('never', id, '44.99'));
    await answerOf(world, json('begun', id, '39.99'));
    // The older one's message is lost, as after a purge of the queue; it comes back when the newer is done.
    await replay('begun', id);
    world.cloud.resumeQueues();
    await ending(world, 'begun');
    await ending(world, 'never');
    assert.equal(usa(id), '39.99');
  });
});
