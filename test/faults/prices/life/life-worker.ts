import { fixedKey } from '../../../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../../../functions/app-store-connect/auth/key-secret.ts';
import type { AcceptDependencies } from '../../../../functions/prices/accept/accept-dependencies.ts';
import { createIntroductoryOfferList } from '../../../../functions/prices/apple/introductory-offer-list.ts';
import { priceRules } from '../../../../functions/prices/apple/price-lists.ts';
import { createSchedulePriceList } from '../../../../functions/prices/apple/schedule-price-list.ts';
import { createSubscriptionPriceList } from '../../../../functions/prices/apple/subscription-price-list.ts';
import type { ApplyDependencies } from '../../../../functions/prices/apply/context/apply-dependencies.ts';
import type { PriceList } from '../../../../functions/prices/plan/price-list.ts';
import { increasesSince } from '../../../../functions/prices/store/price-history.ts';
import type { createSimulatedClock } from '../../../../local/clock/clock.ts';
import { clientFor } from '../../../app-store-connect/apple.ts';
import { type Mortal, mortalList, mortalStores } from '../mortal.ts';
import { PAIR, TEAM } from './life-apple.ts';

const stored = {
  key: await parseKeySecret(
    's',
    JSON.stringify({
      keyId: 'LIFEKEY001',
      issuerId: '57246542-96fe-1a63-e053-0824d011072a',
      privateKey: PAIR.privateKey,
      kind: 'team',
    }),
  ),
  versionId: '1',
  versionCreatedAt: 0,
};

const MONTH_MILLIS = 31 * 24 * 3_600_000;

/** A worker ends at one of its calls; nothing that it calls later has an effect. */
export class Died extends Error {}

/** What surrounds a worker. `diesAfter`: it ends after so many calls. */
type Surroundings = {
  clock: ReturnType<typeof createSimulatedClock>;
  fetch: typeof fetch;
  random: () => number;
  diesAfter: number;
};

/** What a worker that applies changes works with: the real price lists over an Apple without HTTP. */
export function workerOf(
  accepting: AcceptDependencies & Pick<ApplyDependencies, 'audit'>,
  { clock, fetch, random, diesAfter }: Surroundings,
): ApplyDependencies {
  let calls = 0;
  const mortal: Mortal =
    (run) =>
    async (...args) => {
      if (calls > diesAfter) throw new Died();
      calls += 1;
      const result = await run(...args);
      if (calls > diesAfter) throw new Died();
      return result;
    };
  const dying = (list: PriceList): PriceList => mortalList(list, mortal);
  const { settings } = accepting;
  const sleep = async (millis: number): Promise<void> => clock.advance(millis);
  return {
    ...accepting,
    ...mortalStores(accepting, mortal),
    priceList: (_, { kind, id }) => {
      const client = clientFor(fixedKey(stored), {
        baseUrl: 'https://apple.example',
        fetch,
        priority: 'price',
        clock,
        sleep,
        random,
      });
      if (kind !== 'subscription') return dying(createSchedulePriceList(client, clock, { kind, id }));
      const list = createSubscriptionPriceList(client, clock, { id, plan: 'UPFRONT', writes: 'auto' });
      return {
        ...dying(list),
        increases: (months) =>
          increasesSince(accepting, TEAM, { kind, id }, clock.now() - months * MONTH_MILLIS),
        introductoryOffers: () =>
          dying(createIntroductoryOfferList(client, clock, { id, plan: 'UPFRONT' }, list)),
      };
    },
    rules: (team) => priceRules(settings, team),
    sleep,
    remainingMillis: () => 300_000,
  };
}
