import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { createEventPublisher } from '../../functions/events/event-publisher.ts';
import { createSnsNotifier } from '../../functions/platform/aws/sns-notifier.ts';

import { BUS, refusalOf, startLimitedServices } from './limited-services.ts';

const KB = 1024;
const services = await startLimitedServices();
const { clients } = services;
after(() => services.close());

describe('SQS refuses', () => {
  let QueueUrl: string | undefined;
  before(async () => {
    ({ QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'q' })));
  });
  const entries = (count: number, body = 'x') =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: body }));

  it('a message over 1 MiB', async () => {
    const send = (bytes: number) =>
      refusalOf(clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(bytes) })));
    assert.equal(await send(1024 * KB), undefined);
    assert.match(String(await send(1024 * KB + 1)), /InvalidParameterValue$/);
  });

  it('a batch of eleven, of none, with an id twice, or over 1 MiB in all', async () => {
    const send = (Entries: { Id: string; MessageBody: string }[]) =>
      refusalOf(clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    assert.equal(await send(entries(10)), undefined);
    assert.equal(await send(entries(11)), 'TooManyEntriesInBatchRequest');
    assert.equal(await send([]), 'EmptyBatchRequest');
    assert.equal(await send([...entries(1), ...entries(1)]), 'BatchEntryIdsNotDistinct');
    assert.equal(await send(entries(10, 'x'.repeat(110 * KB))), 'BatchRequestTooLong');
  });

  it('to hand out eleven at once', async () => {
    const take = (MaxNumberOfMessages: number) =>
      refusalOf(clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages })));
    assert.equal(await take(10), undefined);
    assert.notEqual(await take(11), undefined);
  });
});

describe('SNS refuses', () => {
  let TopicArn: string | undefined;
  before(async () => {
    ({ TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 't' })));
  });

  it('a message over 256 KB, and a subject of 100 characters, of two lines, or that is not ASCII', async () => {
    const publish = (Message: string, Subject?: string) =>
      refusalOf(clients.sns.send(new PublishCommand({ TopicArn, Message, Subject })));
    assert.equal(await publish('x'.repeat(256 * KB), 'x'.repeat(99)), undefined);
    assert.notEqual(await publish('x'.repeat(256 * KB + 1)), undefined);
    for (const subject of ['x'.repeat(100), 'two\nlines', 'Preis geändert'])
      assert.notEqual(await publish('x', subject), undefined, subject);
  });

  it('nothing of a notification of any length: it is cut, and says so', async () => {
    let sent = '';
    clients.sns.middlewareStack.add(
      (next) => (args) => {
        if ('Message' in args.input) sent = String(args.input.Message);
        return next(args);
      },
      { step: 'initialize', name: 'seen' },
    );
    const send = createSnsNotifier(clients.sns, TopicArn ?? '');
    const long = '"prices"\n'.repeat(100_000);
    await send({
      id: 'n',
      subject: 'Long',
      text: long,
      chat: { title: 'Long', description: long, nextSteps: [] },
      facts: { territories: Array.from({ length: 20_000 }, (_, index) => `territory "${index}"`) },
    });
    clients.sns.middlewareStack.remove('seen');
    const { email, https, sqs }: Record<string, string> = JSON.parse(sent);
    for (const text of [email, https]) assert.match(text ?? '', /\(Shortened: \d+ of 900000 characters/);
    assert.match(sqs ?? '', /of 20000 entries; the rest does not fit/);
  });
});

describe('EventBridge refuses', () => {
  const put = (...details: unknown[]) =>
    clients.events.send(
      new PutEventsCommand({
        Entries: details.map((detail) => ({
          EventBusName: BUS,
          Source: 's',
          DetailType: 't',
          Detail: JSON.stringify(detail),
        })),
      }),
    );

  it('eleven entries, and more than 256 KB in all', async () => {
    const one = { text: 'x'.repeat(30 * KB) };
    assert.equal(await refusalOf(put(...Array(8).fill(one))), undefined);
    assert.equal(await refusalOf(put(...Array(9).fill(one))), 'ValidationException');
    assert.equal(await refusalOf(put(...Array(11).fill({}))), 'ValidationException');
  });

  it('nothing that our publisher sends: large events are shortened, many go in several calls', async () => {
    const publish = createEventPublisher(clients.events, BUS);
    const detailType = 'Price Change Failed' as const;
    const territories = Array.from({ length: 40_000 }, (_, index) => `Territory ${index}`);
    const before = services.events.events().length;
    await publish([
      { detailType, detail: { id: 'large', team: 'acme', tookEffect: territories } },
      ...Array.from({ length: 12 }, (_, index) => ({
        detailType,
        detail: { id: `next-${index}`, note: 'x'.repeat(100 * KB) },
      })),
    ]);
    const [large, ...others] = services.events
      .events()
      .slice(before)
      .map(({ detail }) => detail);
    assert.equal(others.length, 12, 'those behind it are published');
    assert.equal(large?.['team'], 'acme');
    const kept = large?.['tookEffect'];
    assert.ok(Array.isArray(kept) && kept.length > 1_000 && kept[0] === 'Territory 0');
    assert.deepEqual(large?.['shortened'], [
      `tookEffect: ${kept.length} of 40000 entries; the rest does not fit`,
    ]);
    assert.ok(others.every((detail) => detail['shortened'] === undefined));
  });
});
