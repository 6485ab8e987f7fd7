import { type AppleAccess, createTeamClients } from '../../app-store-connect/apple-access.ts';
import { measuringRefusals } from '../../app-store-connect/key-metrics.ts';
import type { Settings, TeamSettings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { PriceRules } from '../plan/limits.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { Product } from '../request/product.ts';
import { createIntroductoryOfferList } from './introductory-offer-list.ts';
import { createProductDirectory } from './product-directory.ts';
import { createSchedulePriceList } from './schedule-price-list.ts';
import { createSubscriptionPriceList } from './subscription-price-list.ts';
import { readAvailability, readSurroundings } from './surroundings.ts';

export type PriceListDependencies = AppleAccess & { settings: Settings };

/** What a team's settings say of prices. Throws JobError `TEAM_WITHOUT_PRICES`. */
export function priceRules(settings: Settings, team: string): PriceRules {
  return priceTeam(settings, team).rules;
}

/** Opens products' price lists with their teams' price keys. Keep it for one invocation only. */
export function createPriceLists(
  deps: PriceListDependencies,
  remainingMillis: () => number,
): (team: string, product: Product) => PriceList {
  const clientOf = createTeamClients(deps, remainingMillis);
  return (teamName, product) => {
    const { secretName, rules } = priceTeam(deps.settings, teamName);
    const client = measuringRefusals(
      deps.metric,
      { team: teamName, job: 'prices' },
      clientOf(teamName, secretName, 'price'),
    );
    const { kind, id, plan = 'UPFRONT' } = product;
    const list =
      kind === 'subscription'
        ? createSubscriptionPriceList(client, deps.clock, { id, plan, writes: rules.subscriptionWrites })
        : createSchedulePriceList(client, deps.clock, { kind, id });
    return {
      ...list,
      availability: () => readAvailability(client, product),
      surroundings: (availability) => readSurroundings(client, product, availability),
      ...(kind === 'subscription' && {
        introductoryOffers: () => createIntroductoryOfferList(client, deps.clock, { id, plan }, list),
      }),
    };
  };
}

/** Lists teams' products with their price keys. Keep it for one invocation only. */
export function createProductDirectories(
  deps: PriceListDependencies,
  remainingMillis: () => number,
): (team: string) => ReturnType<typeof createProductDirectory> {
  const clientOf = createTeamClients(deps, remainingMillis);
  return (team) => createProductDirectory(clientOf(team, priceTeam(deps.settings, team).secretName, 'price'));
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
