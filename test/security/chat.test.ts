import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SNSClient } from '@aws-sdk/client-sns';
import { messageOf } from '../../functions/notify/event-message.ts';
import { createSnsNotifier } from '../../functions/platform/aws/sns-notifier.ts';
import { withoutMentions } from '../../functions/platform/util/chat-text.ts';

/** What the chat gets of an event, as it stands in the call to SNS. */
async function chatOf(event: unknown): Promise<{ title: string; description: string; nextSteps: string[] }> {
  const sent: string[] = [];
  const sns = new SNSClient({ region: 'eu-west-1' });
  sns.middlewareStack.add(
    () =>
      async ({ input }) => {
        sent.push('Message' in input ? String(input.Message) : '');
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize' },
  );
  await createSnsNotifier(
    sns,
    'arn:aws:sns:eu-west-1:111122223333:t',
  )(await messageOf(event, async () => undefined));
  const [message] = sent;
  assert.ok(message !== undefined);
  return JSON.parse(JSON.parse(message).https).content;
}

const HOSTILE =
  '<!channel> @here [free coins](https://evil.example) <https://evil.example|Apple> www.evil.example';

describe('Words of others in a chat', () => {
  it('mention nobody and are no link: names, reasons and problems of a price change', async () => {
    const chat = await chatOf({
      'detail-type': 'Price Change Failed',
      detail: {
        id: 'f',
        team: 'acme',
        changeId: HOSTILE,
        requestedBy: HOSTILE,
        reason: HOSTILE,
        problems: [{ path: HOSTILE, message: HOSTILE }],
      },
    });
    for (const text of [chat.title, chat.description, ...chat.nextSteps])
      assert.doesNotMatch(text, /<|>|\||\[|\]|@here/);
    assert.match(chat.description, /free coins/, 'the words themselves stay');
    assert.doesNotMatch(chat.title + chat.description, /:\/\/|www\./);
  });

  it('of a drifted file, too', async () => {
    const chat = await chatOf({
      'detail-type': 'Price Drift Detected',
      detail: {
        id: 'd',
        team: 'acme',
        product: { kind: 'app', id: '7' },
        file: `desired/prices/${HOSTILE}.json`,
        territories: [],
        correction: 'none',
      },
    });
    assert.doesNotMatch(chat.title + chat.description, /<|>|\||\[|\]|@here|:\/\//);
  });
});

it('links and addresses of ours stay in the next steps', () => {
  const step = 'open https://appstoreconnect.apple.com/access/integrations/api as ceo@acme.example';
  assert.equal(withoutMentions(step), step);
});
