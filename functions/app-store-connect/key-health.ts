import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Log } from '../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../platform/util/time.ts';
import type { AppStoreConnectClient } from './client/client.ts';
import { explain } from './explain-error.ts';
import { isKeyFault, type KeyOwner } from './key-metrics.ts';
import { AppStoreConnectError } from './protocol/errors.ts';

/**
 * What does not work at present: `key <team>/<job>`, `key <team>/<job> <endpoint>` where Apple refuses one endpoint
 * only, or `agreement <team>`.
 */
export type Fault = string;

export const keyFault = ({ team, job }: KeyOwner, endpoint?: string): Fault =>
  `key ${team}/${job}${endpoint === undefined ? '' : ` ${endpoint}`}`;
export const agreementFault = (team: string): Fault => `agreement ${team}`;

/** The faults of all keys, shared by all functions, so that a metric can be the worst of all of them. */
export type KeyFaults = {
  /** All faults, at most a minute old. */
  known(): Promise<ReadonlySet<Fault>>;
  /** Notes faults, and others as over. @returns all that are left */
  change(change: { add?: readonly Fault[]; remove?: readonly Fault[] }): Promise<ReadonlySet<Fault>>;
};

/** How long a read of the item is valid: a recovered key is reported within a minute of its first good response. */
const BELIEVED_MILLIS = MINUTE_MILLIS;
const itemSchema = z.object({ faults: z.set(z.string()) });

/** Faults in one item of the table `RateBudget` (pk = `faults`), a set of texts. */
export function createKeyFaults(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): KeyFaults {
  const { documents, table, clock } = options;
  const Key = { pk: 'faults' };
  let seen: { at: EpochMillis; faults: ReadonlySet<Fault> } | undefined;
  const learn = (item: unknown): ReadonlySet<Fault> => {
    const faults = itemSchema.safeParse(item).data?.faults ?? new Set<Fault>();
    seen = { at: clock.now(), faults };
    return faults;
  };
  const update = async (verb: 'ADD' | 'DELETE', faults: readonly Fault[]): Promise<unknown> => {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key,
        UpdateExpression: `${verb} #faults :faults`,
        ExpressionAttributeNames: { '#faults': 'faults' },
        ExpressionAttributeValues: { ':faults': new Set(faults) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  };
  return {
    known: async () => {
      if (seen !== undefined && clock.now() - seen.at < BELIEVED_MILLIS) return seen.faults;
      return learn(
        (await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item,
      );
    },
    change: async ({ add = [], remove = [] }) => {
      if (remove.length > 0) learn(await update('DELETE', remove));
      if (add.length > 0) learn(await update('ADD', add));
      return seen?.faults ?? new Set();
    },
  };
}

/** Measures the worst of all keys: what the alarms watch. */
export function measureFaults(metric: RecordMetric, faults: ReadonlySet<Fault>): void {
  const names = [...faults];
  const keys = new Set(names.flatMap((name) => /^key (\S+)/.exec(name)?.[1] ?? []));
  metric(MetricName.unhealthyKeys, keys.size);
  metric(MetricName.unsignedAgreements, names.filter((name) => name.startsWith('agreement ')).length);
}

/** An endpoint without the ids in its path, such as `/v1/apps/…/appPriceSchedule`. */
const endpointOf = (path: string): string => path.replace(/\/(?!v\d)[^/]*\d[^/]*/g, '/…');

/**
 * A client whose refusals and recoveries are noted for all keys: a key that Apple accepts again measures `KeyHealthy`
 * 1 at once, and the alarms see the worst of all keys, not the latest of one.
 */
export function watchingHealth(
  deps: { faults: KeyFaults; metric: RecordMetric; log: Pick<Log, 'warn'> },
  owner: KeyOwner,
  client: AppStoreConnectClient,
): AppStoreConnectClient {
  const { faults, metric, log } = deps;
  /** The record is for alarms; the work goes on without it. */
  const quietly = async (note: () => Promise<void>): Promise<void> => {
    try {
      await note();
    } catch (error) {
      log.warn('The health of a key could not be noted', { ...owner, error });
    }
  };
  const accepted = (path: string) =>
    quietly(async () => {
      const known = await faults.known();
      const over = [keyFault(owner), keyFault(owner, endpointOf(path)), agreementFault(owner.team)];
      const remove = over.filter((fault) => known.has(fault));
      if (remove.length === 0) return;
      const left = await faults.change({ remove });
      if (![...left].some((fault) => fault.startsWith(keyFault(owner))))
        metric(MetricName.keyHealthy, 1, owner);
      if (remove.includes(agreementFault(owner.team)))
        metric(MetricName.agreementUnsigned, 0, { team: owner.team });
      measureFaults(metric, left);
    });
  const failed = (path: string, error: unknown) =>
    quietly(async () => {
      const fault = faultShownBy(error, owner, path);
      if (fault !== undefined) measureFaults(metric, await faults.change({ add: [fault] }));
    });
  const watched = async <T>(path: string, call: Promise<T>): Promise<T> => {
    try {
      const result = await call;
      await accepted(path);
      return result;
    } catch (error) {
      if (error instanceof AppStoreConnectError && error.isAboutRequest) await accepted(path);
      else await failed(path, error);
      throw error;
    }
  };
  return {
    baseUrl: client.baseUrl,
    read: (request, ...others) => watched(request.path, client.read(request, ...others)),
    write: (request, ...others) => watched(request.path, client.write(request, ...others)),
    turnToWrite: (writes) => client.turnToWrite(writes),
  };
}

/** The fault that an error proves, if it proves one. */
function faultShownBy(error: unknown, owner: KeyOwner, path: string): Fault | undefined {
  const diagnoses = explain(error);
  if (diagnoses[0]?.cause === 'agreement-unsigned') return agreementFault(owner.team);
  if (!isKeyFault(diagnoses)) return undefined;
  const isEndpointOnly = error instanceof AppStoreConnectError && error.code === 'FORBIDDEN';
  return isEndpointOnly ? keyFault(owner, endpointOf(path)) : keyFault(owner);
}
