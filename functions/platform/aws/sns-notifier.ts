import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { withoutLinks, withoutMentions } from '../util/chat-text.ts';
import { shortenText, shortenTo } from '../util/shorten.ts';

/** Something that people are told, in a form for each way it may reach them. */
export type Notification = {
  /** Travels as the message attribute `id`, by which its delivery is noted. */
  id: string;
  /** One line, without line breaks; over 100 characters are cut, as SNS takes no more. */
  subject: string;
  /** Plain text, for e-mail. */
  text: string;
  /** For chat: Markdown, short. Mentions and hidden links are taken out when it is sent, as names are others' words. */
  chat: { title: string; description: string; nextSteps: readonly string[] };
  /** For programs. */
  facts: Record<string, unknown>;
};

export type SendNotification = (message: Notification) => Promise<void>;

/**
 * Publishes on a topic, with a form of its own for e-mail (text), chat (Amazon Q Developer in chat applications subscribes by https and takes
 * its "custom notification" schema) and programs (JSON).
 * Source: "Publishing custom notifications", Amazon Q Developer in chat applications; SNS `MessageStructure`.
 */
export function createSnsNotifier(sns: SNSClient, topicArn: string): SendNotification {
  return async (notification) => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: asciiLine(notification.subject),
        MessageStructure: 'json',
        Message: boundedMessage(notification),
        MessageAttributes: { id: { DataType: 'String', StringValue: notification.id } },
      }),
    );
  };
}

/** SNS takes 256 KB for the message and its attributes. */
const MESSAGE_BYTES = 255 * 1024;
/** What each of the forms may take at first; there are five of them, and quotation marks double in some. */
const FORM_BYTES = 40 * 1024;

/** All forms of a notification as SNS takes them. What is too long is cut, and says so: an error of SNS tells nobody. */
function boundedMessage(notification: Notification): string {
  for (let bytes = FORM_BYTES; ; bytes = Math.floor(bytes / 2)) {
    const message = messageOf(notification, bytes);
    if (Buffer.byteLength(message) <= MESSAGE_BYTES) return message;
  }
}

function messageOf({ text, chat, facts }: Notification, bytes: number): string {
  const plain = shortenText(text, bytes);
  const structured = JSON.stringify(shortenTo(facts, bytes));
  return JSON.stringify({
    default: plain,
    email: plain,
    https: JSON.stringify({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: withoutLinks(chat.title),
        description: shortenText(withoutLinks(chat.description), bytes),
        ...(chat.nextSteps.length > 0 && { nextSteps: chat.nextSteps.map(withoutMentions) }),
      },
    }),
    lambda: structured,
    sqs: structured,
  });
}

/** SNS takes subjects of ASCII without control characters, under 100 characters. */
const asciiLine = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 99);
