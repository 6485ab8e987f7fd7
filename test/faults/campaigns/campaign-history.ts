import assert from 'node:assert/strict';
import type { History } from '../../engine/history.ts';
import { CampaignWorld, type CrashPoint, PRODUCTS } from './campaign-world.ts';

export type Scenario = {
  name: string;
  rules: Record<string, unknown>;
  json: Record<string, unknown>;
  /** Whether somebody approves what waits. */
  approves: boolean;
  /** A price that a person changes in App Store Connect while the plan waits. */
  moves?: readonly [key: string, price: string];
  /** How many plans wait for an approval, one after the other. */
  plans: number;
  state: string;
  /** Writes at Apple, each once. */
  writes: readonly string[];
  members: readonly string[];
};

const product = (id: string) => ({ kind: 'subscription', id });
const campaign = (changes: Record<string, unknown>) => ({
  campaign: 'sale',
  team: 'acme',
  requestedBy: 'cfo@acme.example',
  ...changes,
});
const everywhere = (price: string): string[] =>
  PRODUCTS.flatMap((id) => [`${id} USA ${price}`, `${id} FRA ${price}`]);

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'that needs no approval',
    rules: {},
    json: campaign({ products: PRODUCTS.map(product), change: { percent: -20 } }),
    approves: false,
    plans: 0,
    state: 'applied',
    writes: everywhere('7.99'),
    members: ['applied', 'applied', 'applied'],
  },
  {
    name: 'that waits for its approval',
    rules: { approvalAbovePercent: 5 },
    json: campaign({ products: PRODUCTS.map(product), change: { percent: -20 } }),
    approves: true,
    plans: 1,
    state: 'applied',
    writes: everywhere('7.99'),
    members: ['applied', 'applied', 'applied'],
  },
  {
    name: 'of which one price moves while it waits',
    rules: { approvalAbovePercent: 5 },
    json: campaign({ products: PRODUCTS.map(product), change: { percent: -20 } }),
    approves: true,
    moves: ['2 USA', '12.99'],
    plans: 2,
    state: 'applied',
    writes: everywhere('7.99').map((write) => (write === '2 USA 7.99' ? '2 USA 9.99' : write)),
    members: ['applied', 'applied', 'applied'],
  },
  {
    name: 'of which one product is refused',
    rules: { maxDecreasePercent: 30 },
    json: campaign({
      changes: [
        { product: product('1'), prices: { USA: '7.99' } },
        { product: product('2'), prices: { USA: '4.99' } },
        { product: product('3'), prices: { USA: '8.99' } },
      ],
    }),
    approves: false,
    plans: 0,
    state: 'rejected',
    writes: [],
    members: ['withdrawn', 'rejected', 'withdrawn'],
  },
  {
    name: 'that nobody approves',
    rules: { approvalAbovePercent: 5 },
    json: {
      ...campaign({ products: PRODUCTS.map(product), change: { percent: -20 } }),
      notAfter: '2026-11-24T19:00:00Z',
    },
    approves: false,
    plans: 1,
    state: 'expired',
    writes: [],
    members: ['withdrawn', 'withdrawn', 'withdrawn'],
  },
];

/** Plays a scenario to its end. Requests and approvals are repeated, as callers do who got no answer. */
async function play({ rules, json, approves, moves }: Scenario, crash?: CrashPoint): Promise<CampaignWorld> {
  const world = new CampaignWorld(crash, rules);
  for (let tries = 0; tries < 2 && world.campaigns['acme#sale'] === undefined; tries += 1)
    await world.request(json);
  let moved = false;
  const ended = await world.rest(async () => {
    const record = world.campaigns['acme#sale'];
    if (!approves || record?.state !== 'awaitingApproval') return;
    if (moves !== undefined && !moved) world.prices.set(...moves);
    moved = true;
    const { planSha256 } = record;
    await world.approve({ team: 'acme', campaign: 'sale', planSha256, by: 'ceo@acme.example' });
  });
  assert.ok(ended, `never at rest: ${JSON.stringify(world.campaigns)}`);
  return world;
}

function check(world: CampaignWorld, scenario: Scenario, what: string): void {
  const record = world.campaigns['acme#sale'];
  const states = record?.members.map(
    ({ changeId }) => world.changes.changes[`acme#${changeId}`]?.state ?? 'never registered',
  );
  assert.equal(world.violation, undefined, what);
  assert.deepEqual([record?.state, states], [scenario.state, scenario.members], what);
  assert.deepEqual(world.writes.toSorted(), scenario.writes.toSorted(), `${what}: each price once`);
  assert.equal(idsOf(world, 'Price Campaign Planned').size, scenario.plans, `${what}: plans`);
  assert.equal(idsOf(world, 'Price Campaign Ended').size, 1, `${what}: told`);
}

const idsOf = (world: CampaignWorld, detailType: string): ReadonlySet<unknown> =>
  new Set(world.events.filter((event) => event.detailType === detailType).map(({ detail }) => detail['id']));

/** The call at which a worker dies; `undefined`: none does. */
function crashOf(number: number): CrashPoint | undefined {
  return number === 0 ? undefined : { at: Math.ceil(number / 2), afterwards: number % 2 === 0 };
}

/** The seeds of a scenario, the first without a crash. */
export const seedOf = (scenario: number, crash: number): number => crash * SCENARIOS.length + scenario + 1;

/** Every seed is a scenario and a call at which a worker dies. */
export const history: History<string> = {
  play: async (seed) => {
    const scenario = SCENARIOS[(seed - 1) % SCENARIOS.length];
    if (scenario === undefined) throw new Error(`seed ${seed} is no scenario`);
    const crash = crashOf(Math.floor((seed - 1) / SCENARIOS.length));
    const what =
      crash === undefined ? 'no crash' : `died ${crash.afterwards ? 'after' : 'before'} call ${crash.at}`;
    try {
      const world = await play(scenario, crash);
      check(world, scenario, what);
      return { broken: undefined, steps: [], happened: { calls: world.calls } };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { broken: `${scenario.name}: ${message}`, steps: [], happened: {} };
    }
  },
  describe: (step) => step,
};
