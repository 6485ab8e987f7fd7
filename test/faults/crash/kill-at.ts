import type { World } from '../../../local/world/world.ts';

const SERVICES = ['dynamodb', 's3', 'secretsmanager', 'events', 'sqs', 'sns'] as const;

/**
 * The calls to AWS that a function has made, in order, as `service operation`: found by looking, not kept in a list by
 * hand. `from`: how many requests of anybody came before.
 */
export const callsOf = ({ cloud }: World, functionId: string, from = 0): string[] =>
  cloud
    .requests()
    .slice(from)
    .filter(({ caller }) => caller.startsWith(functionId))
    .map(({ service, operation }) => `${service} ${operation}`);

/** Of how many calls one is tried, in `npm test`; `npm run test:deep` tries all. */
export type Share = 'all' | 'some';
const SOME = 4;

/**
 * The places in a list of calls at which a worker is to be killed. Of `some`, those before and those after a call are
 * different ones, and the last, which settles the work, is always among them.
 */
export function someOf(calls: readonly string[], share: Share, when: 'before' | 'after'): number[] {
  const places = [...calls.keys()];
  if (share === 'all') return places;
  const first = when === 'before' ? 0 : SOME / 2;
  return places.filter((place) => place % SOME === first || place === places.length - 1);
}

/**
 * Kills a function's worker at one of the calls to AWS that it makes from now on.
 *
 * @param at which call, from 0, and whether it has taken effect by then
 * @returns whether that has happened
 */
export function killAt(
  { cloud }: World,
  functionId: string,
  { index, when }: { index: number; when: 'before' | 'after' },
): () => boolean {
  let seen = 0;
  let killed = false;
  for (const service of SERVICES) {
    cloud.faults.add({
      service,
      match: ({ caller }) => caller.startsWith(functionId) && seen++ === index,
      times: 1,
      effect: {
        when,
        call: async ({ caller }) => {
          killed = true;
          await cloud.kill(caller);
        },
      },
    });
  }
  return () => killed;
}
