import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { problemSchema } from '../../functions/platform/validation/outcome-schema.ts';
import { type ChangeRecord, isOver } from '../../functions/prices/store/change-record.ts';
import { planSchema } from '../../functions/prices/store/plan-store.ts';
import type { World } from '../world/world.ts';
import type { CheckList } from './check-list.ts';
import { at } from './morning.ts';
import { renderRows } from './partition-table.ts';
import { changeRecord } from './price-records.ts';

const TEAM = 'acme';
const PRODUCT = { kind: 'subscription', id: '6448311069' } as const;
const KEY = 'winter-2026/pro-yearly';
/** Past the lease of a worker that was killed. */
const LEASE_MINUTES = 7;

const answerSchema = z.object({
  status: z.string(),
  state: z.string().optional(),
  plan: planSchema.optional(),
  problems: z.array(problemSchema).optional(),
});

const REQUEST = {
  idempotencyKey: KEY,
  team: TEAM,
  product: PRODUCT,
  equalizeFrom: { territory: 'USA', price: '54.99' },
  preserveCurrentPrice: true,
  requestedBy: 'cfo@acme.example',
  reason: 'winter prices',
};

/**
 * Plays a price change over all territories: its plan, the change with a worker killed in the middle, the same
 * request once more, and one that is rejected with all its reasons. Shows and checks what came of each.
 */
export async function playPriceDay(
  world: World,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<void> {
  const { prices } = world.simulator;
  prices.addSubscription({
    team: TEAM,
    id: PRODUCT.id,
    name: 'Pro, yearly',
    period: 'ONE_YEAR',
    prices: { USA: '49.99' },
    territories: 'all',
  });
  say(`\n${at(world)}  the CFO asks what 54.99 USD and its equal prices everywhere would do (a dry run)`);
  await showPlan(world, checks, say);
  await change(world, checks, say);
  await duplicate(world, checks, say);
  await rejected(world, checks, say);
}

async function showPlan(world: World, checks: CheckList, say: (line?: string) => void): Promise<void> {
  const before = world.simulator.requests().length;
  const { status, plan } = await ask(world, { ...REQUEST, dryRun: true });
  const asked = world.simulator.requests().slice(before);
  const shown = ['USA', 'DEU', 'JPN', 'IND', 'BRA', 'GBR'];
  const rows = (plan?.entries ?? [])
    .filter(({ territory }) => shown.includes(territory))
    .map(({ territory, currency, present, target, changePercent, startDate }) => ({
      territory,
      currency: currency ?? '',
      now: present?.price ?? '-',
      planned: target.price,
      '%': changePercent ?? '',
      proceeds: `${present?.proceeds ?? '-'} → ${target.proceeds ?? '-'}`,
      from: startDate ?? 'at once',
    }));
  say(renderRows(rows));
  say(
    `  … ${plan?.entries.length ?? 0} territories, ${plan?.steps.length ?? 0} requests, plan ${plan?.sha256.slice(0, 12)}`,
  );
  checks.check(
    'the plan of a change over 175 territories took ten reads at most (prices, offers, availability) and no write',
    status === 'planned' && asked.length <= 10 && asked.every(({ method }) => method === 'GET'),
    `${status}, ${asked.length} requests`,
  );
}

async function change(world: World, checks: CheckList, say: (line?: string) => void): Promise<void> {
  say(`\n${at(world)}  the change is asked for; its worker is killed in the middle`);
  const before = world.simulator.requests().length;
  const writes = () =>
    world.simulator
      .requests()
      .slice(before)
      .filter(({ method }) => method === 'POST');
  await ask(world, REQUEST);
  while (writes().length < 60) await wait(2);
  await world.cloud.kill('ApplyPriceChange');
  const sent = writes().length;
  const left = await changeRecord(world, TEAM, KEY);
  const wave = left?.sending?.steps ?? [];
  const known = (left?.cursor ?? 0) + (left?.settledAhead.length ?? 0);
  say(
    `${at(world)}  killed after ${sent} of ${left?.stepCount} writes. Its record knows of ${known} answers and marks a wave of ${wave.length} that may be under way: ${wave[0]} to ${wave.at(-1)}`,
  );
  say(
    `${at(world)}  the lease lapses; another worker reads Apple, settles each of the wave by itself and goes on`,
  );
  const record = await settled(world, KEY);
  const shown = world.simulator.prices.effective(PRODUCT.kind, PRODUCT.id, '2027-01-01');
  const wanted = world.simulator.prices.equalPrices(PRODUCT.kind, PRODUCT.id, {
    territory: 'USA',
    price: '54.99',
  });
  const wrong = [...wanted].filter(([territory, price]) => shown.get(territory) !== price);
  const effective = world.simulator.prices
    .history(PRODUCT.kind, PRODUCT.id)
    .flatMap(({ changes }) => changes.map(({ territory }) => territory));
  say(
    `${at(world)}  ${record.outcome}; ${writes().length} writes in all, ${effective.length} with an effect`,
  );
  const again = writes().length - (left?.stepCount ?? 0);
  checks.check(
    'the record of the killed worker marked the wave under way; all that was sent was answered or marked, and nothing else went out again',
    wave.length > 0 && known <= sent && sent <= known + wave.length && again <= wave.length,
    `${sent} sent, ${known} answered, ${wave.length} marked, ${again} sent again`,
  );
  checks.check(
    'after the crash every one of 175 territories has its price, and none was changed twice',
    record.state === 'applied' && wrong.length === 0 && new Set(effective).size === effective.length,
    `${record.state}, wrong: ${wrong.map(([territory]) => territory).join(', ')}`,
  );
}

async function duplicate(world: World, checks: CheckList, say: (line?: string) => void): Promise<void> {
  const before = world.simulator.requests().length;
  const { status, state } = await ask(world, REQUEST);
  say(`${at(world)}  the same request comes again: ${status}, the first one is ${state}`);
  const calls = world.simulator.requests().length - before;
  checks.check(
    'the same request again was answered as a duplicate, without a call to Apple',
    status === 'duplicate' && calls === 0,
  );
}

async function rejected(world: World, checks: CheckList, say: (line?: string) => void): Promise<void> {
  say(`${at(world)}  somebody asks for too much`);
  const before = world.simulator.requests().length;
  const { problems = [] } = await ask(world, {
    ...REQUEST,
    idempotencyKey: 'too-much',
    equalizeFrom: undefined,
    prices: { USA: '99.99', UKR: '49.98', GRB: '49.99', JPN: '4999.50' },
    preserveCurrentPrice: undefined,
    startDate: 'now',
    dryRun: true,
  });
  for (const { path, message } of problems) say(`    ${path}: ${message}`);
  const writes = world.simulator
    .requests()
    .slice(before)
    .filter(({ method }) => method !== 'GET').length;
  checks.check(
    'a bad request was rejected with all its reasons at once, and nothing was sent',
    problems.length >= 5 && writes === 0,
    `${problems.length} reasons`,
  );
}

export async function ask(world: World, request: unknown): Promise<z.output<typeof answerSchema>> {
  return answerSchema.parse(await world.cloud.invoke('AcceptPriceChange', request));
}

/** Waits for the end of a change; what the schedule would do meanwhile, the sweep every few minutes, is done here. */
export async function settled(world: World, changeId: string): Promise<ChangeRecord> {
  for (;;) {
    for (let look = 0; look < 20; look += 1) {
      const record = await changeRecord(world, TEAM, changeId);
      if (record !== undefined && isOver(record)) return record;
      await wait(100);
    }
    await world.pass(LEASE_MINUTES * MINUTE_MILLIS);
    await world.cloud.invoke('AcceptPriceChange', { sweep: true });
  }
}
