import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import type { GatewayRequest, GatewayResponse } from '../base/http-message.ts';
import { isObject, type JsonObject, parseJson, textOf } from '../base/json.ts';
import type { ResolvedApp } from '../template/resolved-stack.ts';
import type { DeployedFunction } from './runtime.ts';

/** A message that a topic took, as each kind of subscriber would receive it. */
export type Notification = {
  at: EpochMillis;
  topicArn: string;
  subject: string;
  attributes: Record<string, string>;
  /** What an e-mail would say. */
  email: string;
  /** The JSON that chat (AWS Chatbot, by https) would get; the plain text where the message has no forms of its own. */
  chat: string;
  /** What a subscribed function would get. */
  lambda: string;
};

/** Keeps what is published and tells the functions that subscribe the topic. */
export type Notifications = {
  observe(request: GatewayRequest, response: GatewayResponse): void;
  all(): readonly Notification[];
};

/** @param tell invokes a subscribed function, in the background */
export function createNotifications(
  clock: Clock,
  subscribers: readonly { topicArn: string; target: DeployedFunction }[],
  tell: (target: DeployedFunction, event: JsonObject) => void,
): Notifications {
  const published: Notification[] = [];
  return {
    observe: ({ service, operation, body }, { status }) => {
      if (service !== 'sns' || operation !== 'Publish' || status !== 200) return;
      const notification = parsePublish(new URLSearchParams(body.toString('utf8')), clock.now());
      published.push(notification);
      for (const { topicArn, target } of subscribers)
        if (topicArn === notification.topicArn) tell(target, snsEvent(notification));
    },
    all: () => [...published],
  };
}

/** The functions that subscribe topics, by the template. */
export function topicSubscribers({ resources }: ResolvedApp, functions: readonly DeployedFunction[]) {
  return resources
    .filter(
      ({ type, properties }) => type === 'AWS::SNS::Subscription' && properties['Protocol'] === 'lambda',
    )
    .flatMap(({ properties }) => {
      const target = functions.find(({ arn }) => arn === properties['Endpoint']);
      return target === undefined ? [] : [{ topicArn: textOf(properties, 'TopicArn') ?? '', target }];
    });
}

function parsePublish(form: URLSearchParams, at: EpochMillis): Notification {
  const message = form.get('Message') ?? '';
  const forms = form.get('MessageStructure') === 'json' ? parseJson(message) : undefined;
  const formFor = (protocol: string): string =>
    isObject(forms) ? (textOf(forms, protocol) ?? textOf(forms, 'default') ?? '') : message;
  const attributes: Record<string, string> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const name = form.get(`MessageAttributes.entry.${index}.Name`) ?? '';
    attributes[name] = form.get(`MessageAttributes.entry.${index}.Value.StringValue`) ?? '';
  }
  return {
    at,
    topicArn: form.get('TopicArn') ?? '',
    subject: form.get('Subject') ?? '',
    attributes,
    email: formFor('email'),
    chat: formFor('https'),
    lambda: formFor('lambda'),
  };
}

const snsEvent = ({ at, topicArn, subject, attributes, lambda }: Notification): JsonObject => ({
  Records: [
    {
      EventSource: 'aws:sns',
      Sns: {
        TopicArn: topicArn,
        Subject: subject,
        Message: lambda,
        Timestamp: new Date(at).toISOString(),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
        ),
      },
    },
  ],
});
