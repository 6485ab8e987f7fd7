import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { problemSchema } from '../../../functions/platform/validation/outcome-schema.ts';
import type { CampaignRecord } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { daysAfter, pacificToday } from '../../../functions/prices/request/pacific-day.ts';
import type { World } from '../../world/world.ts';
import type { CheckList } from '../check-list.ts';
import { at } from '../morning.ts';
import { settled } from '../price-day.ts';
import { campaignRecord, changeRecord } from '../price-records.ts';

const TEAM = 'acme';
const CAMPAIGN = 'winter-sale';
const MONTHLY = { kind: 'subscription', id: '6448311070' } as const;
const COINS = { kind: 'inAppPurchase', id: '6448311071' } as const;
const PATIENCE_ROUNDS = 600;

const answerSchema = z.object({
  status: z.string(),
  campaignPlan: z
    .object({ totals: z.object({ products: z.number(), requests: z.number() }), sha256: z.string() })
    .optional(),
  problems: z.array(problemSchema).optional(),
});

/** A sale over two products: one plan, one approval, and both go back by themselves. */
export type Sale = { until: string; before: readonly (string | undefined)[] };

const priceOf = (world: World, { kind, id }: typeof MONTHLY | typeof COINS, day: string) =>
  world.simulator.prices.effective(kind, id, day).get('USA');

/** Plays a temporary price over a subscription and an in-app purchase with one approval. */
export async function playCampaign(
  world: World,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<Sale> {
  const { prices } = world.simulator;
  const territories = ['USA', 'FRA', 'GBR', 'JPN'];
  const dear = { USA: '9.99', FRA: '9.99', GBR: '9.99', JPN: '1500' };
  prices.addSubscription({ team: TEAM, id: MONTHLY.id, name: 'Pro, monthly', prices: dear });
  prices.addInAppPurchase({
    ...{ team: TEAM, id: COINS.id, name: 'Coins 100' },
    prices: { USA: '4.99' },
    onlyIn: territories,
  });
  const today = pacificToday(world.clock.now());
  const tomorrow = daysAfter(today, 1);
  const until = daysAfter(today, 10);
  const before = [priceOf(world, MONTHLY, tomorrow), priceOf(world, COINS, tomorrow)];
  const request = {
    campaign: CAMPAIGN,
    team: TEAM,
    products: [MONTHLY, COINS],
    change: { percent: -40, until, preserveCurrentPrice: false },
    requestedBy: 'cfo@acme.example',
    reason: 'winter sale',
  };
  say(`\n${at(world)}  a winter sale over two products, 40 % off until ${until}: one request`);
  const writes = () => world.simulator.requests().filter(({ method }) => method !== 'GET').length;
  const start = writes();
  const plan = await ask(world, 'AcceptPriceChange', { ...request, dryRun: true });
  await ask(world, 'AcceptPriceChange', request);
  const waiting = await campaignIn(world, ({ state }) => state === 'awaitingApproval');
  say(`  ${waiting.plan ?? ''}`);
  const sentBefore = writes() - start;
  say(`${at(world)}  the CEO approves it once, for both`);
  const { planSha256 } = waiting;
  const approval = { team: TEAM, campaign: CAMPAIGN, planSha256, by: 'ceo@acme.example' };
  await ask(world, 'ApprovePriceChange', approval);
  const ended = await campaignIn(world, ({ state }) => state !== 'awaitingApproval' && state !== 'underWay');
  const shown = [priceOf(world, MONTHLY, tomorrow), priceOf(world, COINS, tomorrow)];
  say(`${at(world)}  ${ended.outcome}: ${before.join(' and ')} USD became ${shown.join(' and ')} USD`);
  checks.check(
    'a temporary price over two products was one plan and one approval, and nothing was sent before it',
    plan.campaignPlan?.sha256 === planSha256 &&
      sentBefore === 0 &&
      ended.state === 'applied' &&
      shown.every((price, index) => price !== before[index]),
    `${ended.state}, ${sentBefore} writes before, ${shown.join(' ')}`,
  );
  return { until, before };
}

/** Some days later: the subscription's way back is asked for by itself; Apple keeps that of the in-app purchase. */
export async function showWayBack(
  world: World,
  { until, before }: Sale,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<void> {
  await world.cloud.invoke('AcceptPriceChange', { sweep: true });
  const member = await changeRecord(world, TEAM, `${CAMPAIGN}/subscription-${MONTHLY.id}`);
  const back = member?.wayBack?.changeId;
  const record = back === undefined ? undefined : await settled(world, back);
  await world.cloud.invoke('AcceptPriceChange', { sweep: true });
  const after = [priceOf(world, MONTHLY, until), priceOf(world, COINS, until)];
  say(
    `\n${at(world)}  the sale has begun; nobody has to remember its end: ${record?.outcome ?? 'no way back'}`,
  );
  const campaign = await campaignRecord(world, TEAM, CAMPAIGN);
  checks.check(
    `both prices of the sale go back on ${until} without anybody asking`,
    record?.state === 'applied' &&
      campaign?.wayBack?.outcome !== undefined &&
      after.every((price, index) => price === before[index]),
    `${record?.state}, ${after.join(' ')} instead of ${before.join(' ')}`,
  );
}

async function campaignIn(
  world: World,
  reached: (record: CampaignRecord) => boolean,
): Promise<CampaignRecord> {
  for (let round = 0; round < PATIENCE_ROUNDS; round += 1) {
    const record = await campaignRecord(world, TEAM, CAMPAIGN);
    if (record !== undefined && reached(record)) return record;
    await wait(100);
  }
  throw new Error(`The campaign ${CAMPAIGN} came to no end`);
}

const ask = async (world: World, functionName: string, json: unknown) =>
  answerSchema.parse(await world.cloud.invoke(functionName, json));
