import type { AppleClock } from '../app-store-connect/apple-clock.ts';
import { createClient } from '../app-store-connect/client.ts';
import type { KeyGate } from '../app-store-connect/key-gate.ts';
import type { KeyStore } from '../app-store-connect/key-store.ts';
import { measureAnswer, measuringRefusals } from '../app-store-connect/measures.ts';
import type { RateBudget } from '../app-store-connect/rate-budget.ts';
import { createTokenSource, type TokenSource } from '../app-store-connect/token-source.ts';
import type { Clock, Sleep } from '../platform/clock.ts';
import { JobError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { RecordMetric } from '../platform/metrics.ts';
import type { Settings, TeamSettings } from '../platform/settings.ts';
import type { PriceRules } from './limits.ts';
import type { PriceBook } from './price-book.ts';
import type { Product } from './product.ts';
import { createScheduleBook } from './schedule-book.ts';
import { createSubscriptionBook } from './subscription-book.ts';

export type BookDependencies = {
  settings: Settings;
  keys: KeyStore;
  gate: KeyGate;
  appleClock: AppleClock;
  budget: RateBudget;
  baseUrl: string;
  scoped: boolean;
  fetch: typeof fetch;
  clock: Clock;
  sleep: Sleep;
  log: Log;
  metric: RecordMetric;
};

/** What a team's settings say of prices. Throws JobError `TEAM_WITHOUT_PRICES`. */
export function priceRules(settings: Settings, team: string): PriceRules {
  return priceTeam(settings, team).rules;
}

/** Opens products' price lists with their teams' price keys. Keep it for one invocation only. */
export function createBooks(
  deps: BookDependencies,
  remainingMillis: () => number,
): (team: string, product: Product) => PriceBook {
  const tokens = new Map<string, TokenSource>();
  return (teamName, product) => {
    const { secretName, rules } = priceTeam(deps.settings, teamName);
    const source =
      tokens.get(secretName) ??
      createTokenSource({
        keys: deps.keys,
        secretName,
        clock: deps.clock,
        remainingMillis,
        scoped: deps.scoped,
        appleClock: deps.appleClock,
        gate: deps.gate,
        onFallback: (fallback) =>
          deps.log.warn('Apple refuses the current key; the previous one serves until it is well', {
            team: teamName,
            ...fallback,
          }),
      });
    tokens.set(secretName, source);
    const client = measuringRefusals(
      deps.metric,
      { team: teamName, job: 'prices' },
      createClient({
        ...deps,
        tokens: source,
        priority: 'price',
        random: Math.random,
        remainingMillis,
        onAnswer: (seen) => {
          deps.log.info('Apple answered', { team: teamName, ...seen });
          measureAnswer(deps.metric, teamName, seen);
        },
      }),
    );
    const { kind, id, plan = 'UPFRONT' } = product;
    return kind === 'subscription'
      ? createSubscriptionBook(client, deps.clock, { id, plan, writes: rules.subscriptionWrites })
      : createScheduleBook(client, deps.clock, { kind, id });
  };
}

function priceTeam(settings: Settings, name: string): { secretName: string; rules: PriceRules } {
  const team: TeamSettings | undefined = settings.teams.find((each) => each.name === name);
  if (team?.keys.prices === undefined || team.prices === undefined) {
    throw new JobError({
      code: 'TEAM_WITHOUT_PRICES',
      message: `Team ${name} has no price key or no price settings any more; restore keys.prices and prices, and deploy.`,
      retryable: false,
    });
  }
  return { secretName: team.keys.prices, rules: team.prices };
}
