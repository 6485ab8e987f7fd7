import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Something that people are told, in a form for each way it may reach them. */
export type Notification = {
  /** Travels as the message attribute `id`, by which its delivery is noted. */
  id: string;
  /** One line, without line breaks; over 100 characters are cut, as SNS takes no more. */
  subject: string;
  /** Plain text, for e-mail. */
  text: string;
  /** For chat: Markdown, short. */
  chat: { title: string; description: string; nextSteps: readonly string[] };
  /** For programs. */
  facts: Record<string, unknown>;
};

export type SendNotification = (message: Notification) => Promise<void>;

/**
 * Publishes on a topic, with a form of its own for e-mail (text), chat (AWS Chatbot subscribes by https and takes
 * its "custom notification" schema) and programs (JSON).
 * Source: "Publishing custom notifications", Amazon Q Developer in chat applications; SNS `MessageStructure`.
 */
export function createSnsNotifier(sns: SNSClient, topicArn: string): SendNotification {
  return async ({ id, subject, text, chat, facts }) => {
    const structured = JSON.stringify(facts);
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: asciiLine(subject),
        MessageStructure: 'json',
        Message: JSON.stringify({
          default: text,
          email: text,
          https: JSON.stringify({
            version: '1.0',
            source: 'custom',
            content: {
              textType: 'client-markdown',
              title: chat.title,
              description: chat.description,
              ...(chat.nextSteps.length > 0 && { nextSteps: chat.nextSteps }),
            },
          }),
          lambda: structured,
          sqs: structured,
        }),
        MessageAttributes: { id: { DataType: 'String', StringValue: id } },
      }),
    );
  };
}

/** SNS takes subjects of ASCII without control characters, under 100 characters. */
const asciiLine = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 99);
