import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../functions/platform/util/clock.ts';
import { ACCOUNT, REGION } from '../base/account.ts';
import type { Backend } from '../base/http-message.ts';
import { isObject, type JsonObject, parseJson, textOf } from '../base/json.ts';
import { jsonService, ServiceError } from '../gateway/json-service.ts';
import { eventEntryBytes } from '../gateway/service-limits.ts';
import type { Matcher } from './event-pattern.ts';

/** An event as targets receive it, and the bus it was put on. */
export type RecordedEvent = {
  bus: string;
  id: string;
  source: string;
  'detail-type': string;
  detail: JsonObject;
  time: string;
  resources: readonly string[];
};

/** A rule of a bus; each target is one way to deliver the whole event. */
export type Rule = {
  name: string;
  bus: string;
  enabled: boolean;
  matches: Matcher;
  targets: readonly ((event: JsonObject) => Promise<void>)[];
};

export type EventBridge = {
  backend: Backend;
  /** Every event that was accepted, oldest first. */
  events(): readonly RecordedEvent[];
  addBus(name: string): void;
  addRule(rule: Rule): void;
  /** Takes an event from within the cloud, such as S3's own. */
  emit(event: { bus: string; source: string; detailType: string; detail: JsonObject }): void;
};

const MAXIMUM_ENTRIES = 10;
/**
 * Of all entries of a call. AWS raised it to 1 MB in January 2026; the lower value is kept, since not every region and not
 * every target took the change.
 */
const MAXIMUM_BYTES = 256 * 1024;

/**
 * A stand-in of EventBridge: buses, rules, and delivery in the background after PutEvents has answered.
 *
 * @param background takes a delivery under way, so that a drain can wait for it
 */
export function createEventBridge(clock: Clock, background: (work: Promise<void>) => void): EventBridge {
  const buses = new Set(['default']);
  const rules: Rule[] = [];
  const recorded: RecordedEvent[] = [];

  const accept = (event: RecordedEvent): void => {
    recorded.push(event);
    const { bus, ...rest } = event;
    const full: JsonObject = { version: '0', account: ACCOUNT, region: REGION, ...rest };
    for (const rule of rules) {
      if (!rule.enabled || rule.bus !== bus || !rule.matches(full)) continue;
      for (const deliver of rule.targets) background(deliver(full));
    }
  };

  const putEntry = (entry: JsonObject): JsonObject => {
    const problem = entryProblem(entry);
    if (problem !== undefined) return problem;
    const bus = busName(textOf(entry, 'EventBusName'));
    if (!buses.has(bus)) {
      throw new ServiceError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    }
    const detail = parseJson(textOf(entry, 'Detail') ?? '');
    const seconds = entry['Time'];
    const event: RecordedEvent = {
      bus,
      id: randomUUID(),
      source: textOf(entry, 'Source') ?? '',
      'detail-type': textOf(entry, 'DetailType') ?? '',
      detail: isObject(detail) ? detail : {},
      time: timeText(typeof seconds === 'number' ? seconds * 1000 : clock.now()),
      resources: Array.isArray(entry['Resources']) ? entry['Resources'].map(String) : [],
    };
    accept(event);
    return { EventId: event.id };
  };

  const putEvents = (input: JsonObject): JsonObject => {
    const entries = Array.isArray(input['Entries']) ? input['Entries'].filter(isObject) : [];
    if (entries.length === 0 || entries.length > MAXIMUM_ENTRIES) {
      throw new ServiceError('ValidationException', `Entries must have 1 to ${MAXIMUM_ENTRIES} members.`);
    }
    if (entries.reduce((sum, entry) => sum + eventEntryBytes(entry), 0) > MAXIMUM_BYTES) {
      throw new ServiceError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const results = entries.map(putEntry);
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };

  return {
    backend: jsonService('EventBridge', { PutEvents: putEvents }),
    events: () => [...recorded],
    addBus: (name) => void buses.add(name),
    addRule: (rule) => void rules.push(rule),
    emit: ({ bus, source, detailType, detail }) =>
      accept({
        bus,
        id: randomUUID(),
        source,
        'detail-type': detailType,
        detail,
        time: timeText(clock.now()),
        resources: [],
      }),
  };
}

/** A bus by its name or its ARN. */
export const busName = (nameOrArn: string | undefined): string =>
  nameOrArn === undefined ? 'default' : (nameOrArn.split(':event-bus/').pop() ?? nameOrArn);

/** EventBridge writes whole seconds. */
const timeText = (millis: number): string => new Date(millis).toISOString().replace(/\.\d{3}Z$/, 'Z');

function entryProblem(entry: JsonObject): JsonObject | undefined {
  const missing = ['Source', 'DetailType', 'Detail'].find((field) => (textOf(entry, field) ?? '') === '');
  if (missing !== undefined) {
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  if (textOf(entry, 'Source')?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!isObject(parseJson(textOf(entry, 'Detail') ?? ''))) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  return undefined;
}
