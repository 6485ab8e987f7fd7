import { type Chance, createChance } from '../../../engine/chance.ts';
import { drawReportEvents, type ReportEvent } from '../apple/report-events.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What may be out for a while; `permission`: to read secrets. */
const SERVICES = ['apple', 'dynamodb', 's3', 'secrets', 'permission', 'events', 'sqs'] as const;
export type Service = (typeof SERVICES)[number];

/** What happens in a history, in order. Each has chance of its own, so that leaving one out changes no other. */
export type ProductEvent = { seed: number } & (
  | ReportEvent
  | { kind: 'plan' | 'sweep' | 'duplicate' | 'check' | 'checkAgain' | 'rotateAgain' | 'approve' }
  | { kind: 'reconcile' | 'watch' | 'appleMoves' }
  | { kind: 'work'; turns: number; trouble: number }
  | { kind: 'ask'; team: number; product: 'subscription' | 'inAppPurchase'; changeId: string }
  | { kind: 'campaign'; team: number; campaign: string }
  | { kind: 'outage'; service: Service; millis: number }
  | { kind: 'budget'; team: number; millis: number }
  | { kind: 'person' | 'desire'; team: number }
  | { kind: 'keyDies' | 'oldKeyDies' | 'keyIsReplaced' | 'rotate'; team: number }
  | { kind: 'pass'; millis: number }
);

const OUTAGE_MILLIS = [10 * MINUTE, HOUR, 5 * HOUR, 12 * HOUR] as const;
const PASSED_MILLIS = [20_000, 2 * MINUTE, 8 * MINUTE, 8 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR] as const;

/** The events of a seed: what an hour of this product may see, many times over. */
export function drawEvents(seed: number, teams: number): ProductEvent[] {
  const chance = createChance(seed * 7_919 + 13);
  const trouble = chance.happens(0.15) ? 0 : chance.pick([0.005, 0.02, 0.06]);
  const events: ProductEvent[] = [];
  let changes = 0;
  let campaigns = 0;
  const rounds = 12 + chance.below(14);
  const add = (event: ProductEvent): void => void events.push(event);
  const own = () => chance.below(1_000_000_000);
  for (let round = 0; round < rounds; round += 1) {
    if (chance.happens(0.6)) add({ kind: 'plan', seed: own() });
    while (chance.happens(0.45)) {
      changes += 1;
      const product = chance.pick(['subscription', 'inAppPurchase'] as const);
      add({ kind: 'ask', team: chance.below(teams), product, changeId: `change-${changes}`, seed: own() });
    }
    if (chance.happens(0.12)) {
      campaigns += 1;
      add({ kind: 'campaign', team: chance.below(teams), campaign: `campaign-${campaigns}`, seed: own() });
    }
    // Who heard no answer asks once more, perhaps when others have asked for something else.
    const asked = events.filter(({ kind }) => kind === 'ask' || kind === 'campaign');
    const again = asked[chance.below(asked.length)];
    if (again !== undefined && chance.happens(0.15)) add(again);
    events.push(...drawDeeds(chance, teams, { trouble, asked }), ...drawComparisons(chance, teams));
    if (trouble > 0) events.push(...drawTroubles(chance, teams));
    events.push(...drawReportEvents(chance, teams));
    events.push(...drawKeyEvents(chance, teams, trouble));
    if (chance.happens(0.4)) add({ kind: 'approve', seed: own() });
    if (chance.happens(0.5)) add({ kind: 'sweep', seed: own() });
    add({ kind: 'work', turns: chance.happens(0.4) ? chance.below(80) : 5_000, trouble, seed: own() });
    add({ kind: 'pass', millis: chance.pick(PASSED_MILLIS), seed: own() });
  }
  return events;
}

/** What somebody does on Apple's page, perhaps in the middle of a change. */
function drawDeeds(
  chance: Chance,
  teams: number,
  { trouble, asked }: { trouble: number; asked: readonly ProductEvent[] },
): ProductEvent[] {
  if (!chance.happens(0.2)) return [];
  const seed = chance.below(1_000_000_000);
  const last = asked.at(-1);
  const isDuring = last !== undefined && 'team' in last && chance.happens(0.8);
  const before: ProductEvent[] = isDuring ? [{ kind: 'work', turns: chance.below(200), trouble, seed }] : [];
  return [...before, { kind: 'person', team: isDuring ? last.team : chance.below(teams), seed }];
}

/** Files of desired prices, what Apple moves by itself, and the function that compares both with what it shows. */
function drawComparisons(chance: Chance, teams: number): ProductEvent[] {
  const own = () => ({ team: chance.below(teams), seed: chance.below(1_000_000_000) });
  const all: readonly [number, ProductEvent][] = [
    [0.08, { kind: 'desire', ...own() }],
    [0.12, { kind: 'appleMoves', ...own() }],
    [0.12, { kind: 'reconcile', ...own() }],
    [0.15, { kind: 'watch', ...own() }],
  ];
  return all.filter(([share]) => chance.happens(share)).map(([, event]) => event);
}

/** What people do with keys, and the daily check. */
function drawKeyEvents(chance: Chance, teams: number, trouble: number): ProductEvent[] {
  const own = () => ({ team: chance.below(teams), seed: chance.below(1_000_000_000) });
  const met = own();
  const all: readonly [number, readonly ProductEvent[]][] = [
    [0.06, [{ kind: 'keyIsReplaced', ...own() }]],
    [0.1, [{ kind: 'rotate', ...own() }]],
    // Somebody puts another key into the same secret while the rotation is under way: the same chance, the same job.
    [
      0.06,
      [
        { kind: 'rotate', ...met },
        { kind: 'work', turns: chance.below(25), trouble, seed: met.seed },
        { kind: 'keyIsReplaced', ...met },
      ],
    ],
    [0.15, [{ kind: 'rotateAgain', ...own() }]],
    [0.1, [{ kind: 'oldKeyDies', ...own() }]],
    [0.2, dayOfChecks(own(), trouble)],
  ];
  return all.filter(([share]) => chance.happens(share)).flatMap(([, events]) => events);
}

/** The daily check, and its next look a while later: for the keys about which the first one got no answer. */
const dayOfChecks = (at: { seed: number }, trouble: number): readonly ProductEvent[] => [
  { kind: 'check', seed: at.seed },
  { kind: 'work', turns: at.seed % 90, trouble, seed: at.seed },
  { kind: 'checkAgain', seed: at.seed },
];

/** Services that are out for hours, keys that die, budgets that are used up, messages that come twice. */
function drawTroubles(chance: Chance, teams: number): ProductEvent[] {
  const seed = chance.below(1_000_000_000);
  const team = chance.below(teams);
  const millis = chance.pick(OUTAGE_MILLIS);
  const all: readonly [number, ProductEvent][] = [
    [0.2, { kind: 'outage', service: chance.pick(SERVICES), millis, seed }],
    [0.1, { kind: 'keyDies', team, seed }],
    [0.06, { kind: 'budget', team, millis: 40 * MINUTE, seed }],
    [0.3, { kind: 'duplicate', seed }],
  ];
  return all.filter(([share]) => chance.happens(share)).map(([, event]) => event);
}
