import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { JobError } from '../../functions/platform/errors.ts';
import { seedsToPlay } from '../engine/seeds.ts';

/** How many cases each area gets in `npm run fuzz`. `FUZZ_TIMES=10` plays ten times as many of each; `npm test`
 * plays a twentieth, `npm run test:more` a fifth. */
export const CASES = {
  settings: 10_000,
  secrets: 8_000,
  priceRequests: 5_000,
  approvals: 4_000,
  rollbacks: 2_500,
  priceEvents: 2_500,
  priceFiles: 8_000,
  desiredFiles: 8_000,
  reportRequests: 6_000,
  reportDates: 20_000,
  queueBodies: 1_500,
  widgetEvents: 4_000,
  reportFiles: 1_500,
  refusals: 8_000,
  answerHeaders: 30_000,
  documents: 6_000,
  commands: 3_000,
  handlerEvents: 1_500,
  scheduledEvents: 10,
  fetchBatches: 50,
  applyBatches: 2_000,
  campaignFiles: 5_000,
  rateFiles: 5_000,
  bankFiles: 5_000,
  reviewLines: 4_000,
  reviewMessages: 4_000,
  reviewMarkup: 4_000,
  reviewCells: 4_000,
  queries: 3_000,
  agentCalls: 2_000,
} as const;

const TIMES = Number(process.env['FUZZ_TIMES'] ?? 0.05);
const [SEED = 1] = seedsToPlay('FUZZ', 1).seeds;

/**
 * Plays the cases of an area. A case that fails is printed with its seed, and made small with
 * `FUZZ_SHRINK=1`, which may take minutes; `FUZZ_SEEDS=17` plays other cases.
 */
export async function play<Case>(
  context: TestContext,
  area: keyof typeof CASES,
  cases: fc.Arbitrary<Case>,
  run: (one: Case) => void | Promise<void>,
): Promise<void> {
  const numRuns = Math.ceil(CASES[area] * TIMES);
  let played = 0;
  const property = fc.asyncProperty(cases, async (one) => {
    played += 1;
    await run(one);
  });
  await fc.assert(property, { numRuns, seed: SEED, endOnFailure: process.env['FUZZ_SHRINK'] === undefined });
  context.diagnostic(`${area}: ${played} cases, seed ${SEED}`);
}

/** More would flood a log or not fit an event. */
const LONGEST_MESSAGE = 70_000;

/**
 * Lets work end. Right are a result, or an error of ours by name whose message is bounded and tells no secret.
 *
 * @param secrets what must not stand in a message, wherever in the chain of causes
 * @returns the result, or `undefined` after an error
 */
export async function ends<Result>(
  work: () => Result | Promise<Result>,
  secrets: readonly string[] = [],
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    assert.ok(error instanceof JobError, `raw error: ${inspect(error).slice(0, 2000)}`);
    assert.match(error.code, /^[A-Z][A-Z0-9_]+$/);
    assert.ok(error.message.length > 0 && error.message.length < LONGEST_MESSAGE, 'the message is bounded');
    tellsNo(secrets, inspect(error, { depth: 8 }));
    return undefined;
  }
}

export function tellsNo(secrets: readonly string[], text: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `tells a secret: ${text.slice(0, 500)}`);
}
