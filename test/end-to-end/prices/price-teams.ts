import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import { planSchema } from '../../../functions/prices/store/plan-store.ts';
import { changeRecord } from '../../../local/demo/price-records.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { approve, ask, ownEvents, recordWhen, TEN } from './prices.ts';

const team = (name: string, prices: Record<string, unknown>) => ({
  name,
  keys: { reports: `app-store-connect/${name}/reports`, prices: `app-store-connect/${name}/prices` },
  prices,
});

/** Teams that differ in their rules only. One set for all tests, as it is one deployment to build. */
const SETTINGS = {
  teams: [
    team('acme', {}),
    team('bulk', { subscriptionWrites: 'bulk' }),
    team('careful', { approvalAbovePercent: 5 }),
    team('rare', { maxChangesPerDay: 1 }),
    team('resting', { blockedPeriods: [{ from: '2026-11-20', to: '2026-11-30', reason: 'launch' }] }),
    team('strict', {
      maxIncreasePercent: 5,
      maxDecreasePercent: 5,
      territories: { FRA: { floor: '40', ceiling: '50' } },
    }),
    team('watching', { desired: 'report' }),
    team('enforcing', { desired: 'enforce' }),
    { name: 'readers', keys: { reports: 'app-store-connect/readers/reports' } },
  ],
};

/** The world of these tests, with the lake's bucket. */
export type PriceWorld = World & { bucket: ReturnType<typeof bucketOf> };

export async function startPrices(): Promise<PriceWorld> {
  const world = await startWorld({ now: TEN, settings: SETTINGS });
  const bucket = bucketOf(world);
  const close = async (): Promise<void> => {
    bucket.close();
    await world.close();
  };
  return { ...world, bucket, close };
}

export const TODAY = '2026-11-24';
/** The first day on which a live subscription can change. */
export const TOMORROW = '2026-11-25';

const answerSchema = z.looseObject({
  status: z.string(),
  changeId: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  plan: planSchema.optional(),
  planKey: z.string().optional(),
});

/** Asks the front door directly and reads its answer. */
export const answerOf = async (world: World, json: unknown) => answerSchema.parse(await ask(world, json));

/** Approves directly and reads the answer. */
export const approvalAnswer = async (world: World, json: unknown) =>
  answerSchema.parse(await approve(world, json));

let subscriptions = 500;

/** Puts another subscription on sale. @returns its id */
export function newSubscription(
  world: World,
  { team: teamName = 'acme', price = '49.99', territories = ['USA', 'FRA'] } = {},
): string {
  subscriptions += 1;
  const prices = Object.fromEntries(territories.map((territory) => [territory, price]));
  world.simulator.prices.addSubscription({ team: teamName, id: String(subscriptions), prices });
  return String(subscriptions);
}

/** A request; what is given joins or replaces its fields. */
export const wish = (changes: Record<string, unknown>) => ({
  team: 'acme',
  requestedBy: 'cfo@acme.example',
  ...changes,
});

export const recordOf = (
  world: World,
  changeId: string,
  teamName = 'acme',
): Promise<ChangeRecord | undefined> => changeRecord(world, teamName, changeId);

/** Waits for a change to be over and told, or to get where it is looked for. */
export function ending(
  world: World,
  changeId: string,
  {
    team: teamName = 'acme',
    reached = (record) => isOver(record) && record.owed.length === 0,
    minutesARound = 0,
  }: {
    team?: string;
    reached?: (record: ChangeRecord) => boolean;
    minutesARound?: number;
  } = {},
): Promise<ChangeRecord> {
  return recordWhen(world, () => recordOf(world, changeId, teamName), reached, minutesARound);
}

/** Asks, and waits for the end. */
export async function change(world: World, json: Record<string, unknown>): Promise<ChangeRecord> {
  const request = wish(json);
  const answer = await answerOf(world, request);
  if (answer.status !== 'accepted') throw new Error(JSON.stringify(answer));
  return ending(world, answer.changeId ?? '', { team: String(request.team) });
}

/** What Apple was asked since the last look, as `GET /v1/territories 200`. */
export function asked(world: World): string[] {
  const seen = world.simulator.requests().map(({ method, path, status }) => `${method} ${path} ${status}`);
  world.simulator.clearRequests();
  return seen;
}

export const writesOf = (seen: readonly string[]): string[] =>
  seen.filter((request) => !request.startsWith('GET '));
export const readsBeforeWrite = (seen: readonly string[]): number =>
  seen.findIndex((request) => !request.startsWith('GET '));

export type Kind = 'subscription' | 'inAppPurchase' | 'app';

/** Customer prices of some territories on a day. */
export const pricesOn = (
  world: World,
  kind: Kind,
  id: string,
  day: string,
  territories: readonly string[],
  plan: 'UPFRONT' | 'MONTHLY' = 'UPFRONT',
): (string | undefined)[] => {
  const effective = world.simulator.prices.effective(kind, id, day, plan);
  return territories.map((territory) => effective.get(territory));
};

/** Detail types of the events about a change, in order. */
export const eventsOf = (world: World, changeId: string): string[] =>
  ownEvents(world)
    .filter(({ detail }) => detail['changeId'] === changeId)
    .map((event) => event['detail-type']);

/** The lake bucket, as a person with a console would use it. */
export function bucketOf(world: World) {
  const s3 = new S3Client(world.cloud.clientConfig);
  const Bucket = world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
  return {
    put: (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    read: async (Key: string): Promise<unknown> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? 'null');
    },
    list: async (Prefix: string): Promise<string[]> => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
    close: () => s3.destroy(),
  };
}
