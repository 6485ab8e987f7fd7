import { setTimeout as wait } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import type { RecordedEvent } from '../../../local/aws/services/event-bridge.ts';
import { changeRecord } from '../../../local/demo/price-records.ts';
import type { World } from '../../../local/world/world.ts';

/** 24 November 2026, 10:00 in California. */
export const TEN = Date.parse('2026-11-24T18:00:00Z');
export const MINUTE = 60_000;

/** Settings of one team that may change prices; what is given joins its price rules. */
export const priceSettings = (rules: Record<string, unknown> = {}) => ({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      prices: rules,
    },
  ],
});

export const SUBSCRIPTION = { kind: 'subscription', id: '6448311069' } as const;

/** A request for the subscription; what is given replaces or adds fields. */
export const request = (idempotencyKey: string, changes: Record<string, unknown> = {}) => ({
  idempotencyKey,
  team: 'acme',
  product: SUBSCRIPTION,
  prices: { USA: '44.99', FRA: '44.99' },
  requestedBy: 'cfo@acme.example',
  ...changes,
});

/** Invokes the front door. */
export const ask = (world: World, json: unknown): Promise<unknown> =>
  world.cloud.invoke('AcceptPriceChange', json);

/** Invokes the function for approvals. */
export const approve = (world: World, json: unknown): Promise<unknown> =>
  world.cloud.invoke('ApprovePriceChange', json);

/** Puts an event on the stack's bus, as another application would. */
export async function put(world: World, detailType: string, detail: unknown): Promise<void> {
  const client = new EventBridgeClient(world.cloud.clientConfig);
  await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: world.cloud.nameOf('AWS::Events::EventBus', 'EventBus'),
          Source: 'acme.pricing',
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  client.destroy();
}

/** A change's record, as the table holds it. */
export const changeOf = (world: World, changeId: string): Promise<ChangeRecord | undefined> =>
  changeRecord(world, 'acme', changeId);

/** A function's calls are signed with the name of its worker, as `ApplyPriceChange.1`. */
const byFunction = ({ caller }: { caller: string }): boolean => caller.includes('.');

/** Only a record that never gets there takes so long, also on a busy machine. */
const PATIENCE_MILLIS = 240_000;

/**
 * Reads a record until it is where it is looked for, and then waits until its function has ended: what counts and tells a
 * state comes after its record.
 *
 * @param minutesARound by so much the clock goes on, with a sweep, every second in which the work has to wait
 */
export async function recordWhen<Stored extends { state: string }>(
  world: World,
  read: () => Promise<Stored | undefined>,
  reached: (record: Stored) => boolean,
  minutesARound = 0,
): Promise<Stored> {
  let record: Stored | undefined;
  const seen = async (): Promise<Stored | undefined> => {
    record = await read();
    return record !== undefined && reached(record) ? record : undefined;
  };
  const calls = (): number => world.cloud.requests().filter(byFunction).length;
  const deadline = performance.now() + PATIENCE_MILLIS;
  for (let round = 1; performance.now() < deadline; round += 1) {
    const found = await seen();
    if (found !== undefined) {
      await world.quiet();
      return (await seen()) ?? found;
    }
    if (minutesARound > 0 && round % 24 === 0) {
      // No time passes once it is reached: an alarm may look at the last minutes only.
      await world.quiet();
      const before = calls();
      if ((await seen()) !== undefined) continue;
      await world.pass(minutesARound * MINUTE, () => calls() === before);
      await ask(world, { sweep: true });
    }
    await wait(50);
  }
  throw new Error(`${record?.state ?? 'not there'}: ${JSON.stringify(record)}`);
}

/** Waits until a change is in one of some states, moving the clock on where the work has to wait. */
export const settled = (
  world: World,
  changeId: string,
  reached: (record: ChangeRecord) => boolean = isOver,
  minutesARound = 0,
): Promise<ChangeRecord> => recordWhen(world, () => changeOf(world, changeId), reached, minutesARound);

/**
 * The events of our own that were sent, in order. What two workers have sent at once is one: events come at least once, and
 * whoever takes them goes by their ids.
 */
export const ownEvents = (world: World): RecordedEvent[] => {
  const events = world.cloud.events().filter(({ source }) => source === 'app-store-connect-jobs');
  return [...Map.groupBy(events, ({ id, detail }) => detail['id'] ?? id).values()].flatMap(
    ([first]) => first ?? [],
  );
};

/** The events of our own that were sent, as `detail-type changeId`. */
export const told = (world: World): string[] =>
  ownEvents(world).map((event) => `${event['detail-type']} ${String(event.detail['changeId'] ?? '')}`.trim());
