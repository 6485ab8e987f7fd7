import assert from 'node:assert/strict';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startWorld, type World } from '../../../local/world/world.ts';
import { SUBSCRIPTION } from '../../end-to-end/prices/prices.ts';
import { dailySales, HOUR, salesTsv, VENDOR } from '../../end-to-end/reports/sales.ts';

export const MINUTE = 60_000;
export const DAY = 24 * HOUR;
/** 24 November 2026, 09:07 in California. */
export const FIRST_MORNING = Date.parse('2026-11-24T17:07:00Z');
/** Requests that write a price of a subscription. */
const PRICE_WRITE = { method: 'POST', path: /subscriptionPrices/ };
/** What Apple does to the next one, or to all of them. */
export const PRICE_REFUSED = {
  match: PRICE_WRITE,
  effect: { kind: 'status', status: 409, code: 'ENTITY_ERROR', detail: 'Not in this state.' },
} as const;
export const PRICE_NOT_SHOWN = {
  match: PRICE_WRITE,
  effect: { kind: 'delayedEffect', millis: 400 * DAY, answer: 'normal' },
} as const;
export const PRICES_LIMITED = {
  match: PRICE_WRITE,
  times: Number.POSITIVE_INFINITY,
  effect: { kind: 'rateLimited' },
} as const;
/** Where somebody says what the subscription shall cost. */
export const DESIRED_PRICES = `desired/prices/acme/subscription/${SUBSCRIPTION.id}.json`;
export const REPORTS_SECRET = 'app-store-connect/acme/reports';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: REPORTS_SECRET, prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 1 }],
      prices: { approvalAbovePercent: 60, maxDecreasePercent: 90, desired: 'report' },
    },
  ],
};

/** A team with reports and prices, and everything that runs by schedule. */
export async function startWatchedWorld(): Promise<World> {
  const world = await startWorld({ now: FIRST_MORNING, settings: SETTINGS });
  for (let day = 0; day < 40; day += 1) {
    const at = FIRST_MORNING + (day - 1) * DAY;
    world.simulator.reports.put({
      ...dailySales(new Date(at).toISOString().slice(0, 10)),
      tsv: salesTsv({ SKU: `day-${day}` }),
    });
  }
  world.simulator.prices.addSubscription({
    team: 'acme',
    id: SUBSCRIPTION.id,
    prices: { USA: '49.99' },
    territories: 'all',
  });
  await checkAndCompare(world);
  await hour(world);
  return world;
}

/** A morning on which nothing fails, also where the test before was cut short: no alarm is on. */
export async function quietMorning(world: World, at: number): Promise<void> {
  world.simulator.faults.clear();
  world.cloud.faults.clear();
  await world.passTo(at);
  await checkAndCompare(world);
  await hour(world);
  await assertOn(world);
}

/** What runs once a day. */
export async function checkAndCompare(world: World): Promise<void> {
  await world.cloud.invoke('CheckKeys');
  await world.cloud.invoke('ReconcilePrices');
}

/** What runs in an hour at this moment: the planner, and a sweep in each of the last two quarters. */
export async function hour(world: World): Promise<void> {
  await world.cloud.invoke('PlanReports');
  await world.cloud.drain();
  await sweepTwice(world);
  await world.cloud.drain();
}

export async function sweepTwice(world: World): Promise<void> {
  await world.cloud.invoke('AcceptPriceChange', { sweep: true });
  await world.pass(16 * MINUTE);
  await world.cloud.invoke('AcceptPriceChange', { sweep: true });
}

/** So many hours, one after the other. */
export async function hours(world: World, count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) {
    await world.pass(44 * MINUTE);
    await hour(world);
  }
}

/** The alarms that are on, without the stack's name. */
export async function alarms({ cloud, quiet }: World): Promise<string[]> {
  await quiet();
  return (await cloud.alarms()).map((name) => name.replace('app-store-connect-jobs-', '')).sort();
}

/** Exactly these alarms are on. */
export async function assertOn(world: World, ...expected: string[]): Promise<void> {
  assert.deepEqual(await alarms(world), expected.sort());
}

export async function sendTo(world: World, queue: string, body: string, group?: string): Promise<void> {
  const sqs = new SQSClient(world.cloud.clientConfig);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: `${world.cloud.clientConfig.endpoint}/000000000000/${world.cloud.nameOf('AWS::SQS::Queue', queue)}`,
      MessageBody: body,
      ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: body }),
    }),
  );
  sqs.destroy();
}

export async function upload(world: World, key: string, body: string): Promise<void> {
  const s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
  await s3.send(
    new PutObjectCommand({ Bucket: world.cloud.nameOf('AWS::S3::Bucket', 'Lake'), Key: key, Body: body }),
  );
  s3.destroy();
}

/** Invokes a function that is expected to fail. */
export const failing = (world: World, functionId: string, payload: unknown = {}): Promise<void> =>
  assert.rejects(world.cloud.invoke(functionId, payload));
