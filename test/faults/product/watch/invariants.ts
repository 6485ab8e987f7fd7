import assert from 'node:assert/strict';
import type { Rotation } from '../../../../functions/keys/store/rotation.ts';
import { canonicalDecimal } from '../../../../functions/prices/request/decimal.ts';
import {
  type ChangeRecord,
  isOver,
  owesWayBack,
  type ProductRecord,
} from '../../../../functions/prices/store/change-record.ts';

// What the whole product promises, whatever happens around it. What it promises of each partition of a report
// stands in test/histories/invariants.ts and is held against every team here, too: whatever Apple has is stored with
// Apple's newest bytes, once, and told.

/** A price that took effect at Apple, and the change whose mark announced it. */
export type PriceEffect = {
  at: number;
  product: string;
  change: ChangeRecord;
  territory: string;
  /** Apple had acknowledged it before. */
  isLate?: boolean;
};

/** A write may only change Apple under the mark of exactly one change that is still open. */
export function changeBehind(open: readonly ChangeRecord[], product: string): ChangeRecord {
  const marked = open.filter(({ state, sending }) => state === 'sending' && sending !== undefined);
  const [change] = marked;
  assert.ok(change !== undefined, `${product}: a price took effect without any change's mark`);
  assert.equal(marked.length, 1, `${product}: two changes are marked at once`);
  return change;
}

/** No key takes effect twice, none after it was over, none after a newer one of its product. */
export function assertEffect(effect: PriceEffect, before: readonly PriceEffect[]): void {
  const { product, change, territory, isLate = false } = effect;
  const place = `${product} ${territory}: ${change.changeId}`;
  // Where another territory was refused, what Apple has acknowledged may come after the end, and is not taken back.
  const isAwaited = isLate && change.state === 'failed';
  assert.ok(isAwaited || !isOver(change), `${place} took effect though it was ${change.state}`);
  for (const earlier of before.filter((one) => one.product === product)) {
    assert.ok(earlier.change.seq <= change.seq, `${place} took effect after ${earlier.change.changeId}`);
    const same = earlier.change.changeId === change.changeId && earlier.territory === territory;
    assert.ok(!same, `${place} took effect twice`);
  }
}

/** A step that Apple has carried out is never sent again, even where that would change nothing more. */
export function assertNotRepeated(step: string, done: ReadonlySet<string>): void {
  assert.ok(!done.has(step), `${step}: sent again after it had taken effect`);
}

/**
 * From one write of a change's record to the next: a key is claimed once, who was overtaken writes no more, what is
 * over stays as it is, and a step counts as done exactly where Apple has carried it out.
 *
 * @param tookEffect `undefined` for a step of which Apple says one thing and does another
 */
export function assertChangeMoves(
  before: ChangeRecord | undefined,
  after: ChangeRecord,
  tookEffect: (step: string) => boolean | undefined,
): void {
  if (before === undefined) return;
  const place = `${after.team} ${after.changeId}`;
  assert.equal(after.rev, before.rev + 1, `${place}: the key was claimed twice, or a write was lost`);
  assert.ok(after.fence >= before.fence, `${place}: a worker that was overtaken went on`);
  assert.ok(!isOver(before) || after.state === before.state, `${place}: it was over and is not any more`);
  // Also one that waits for its approval: `planKeys` has those that began.
  const hasNewPlan = after.planKey !== before.planKey;
  for (const step of before.sending?.steps ?? []) {
    if (after.sending?.steps.includes(step)) continue;
    if (hasNewPlan ? isSettledBefore(after, step) : isSettled(after, step))
      assert.notEqual(tookEffect(step), false, `${place}: ${step} counts as done, but Apple did not do it`);
    // Who says that nobody can tell says neither.
    else if (!hasNewPlan && after.state !== 'unsettled')
      assert.notEqual(tookEffect(step), true, `${place}: ${step} counts as not done, but Apple did it`);
  }
}

/** A step's id begins with its place in the plan. */
export const isSettled = ({ cursor, settledAhead, state }: ChangeRecord, step: string): boolean =>
  Number.parseInt(step, 10) <= cursor || settledAhead.includes(step) || state === 'applied';

const isSettledBefore = ({ settledBefore }: ChangeRecord, step: string): boolean =>
  settledBefore.at(-1)?.steps.includes(step) === true;

/** A product passes on to another worker only where the lease was let go or has lapsed. */
export function assertLeasePassed(
  before: ProductRecord | undefined,
  after: ProductRecord,
  now: number,
): void {
  if (before === undefined || after.fence === before.fence) return;
  assert.ok(before.leaseUntil <= now, 'a product was taken from a worker whose lease had not lapsed');
}

/** No token of a write is ever used again. */
export function assertFreshToken(token: string, used: ReadonlySet<string>): void {
  assert.ok(!used.has(token), 'a write was sent with a token that had been used before');
}

/** Whoever calls Apple has been let through the key's gate for this call. */
export function assertAdmitted(passes: number, keyId: string): void {
  assert.ok(passes > 0, `Apple was called with ${keyId} past its gate`);
}

/** A gate is shut for a key that Apple has refused, for no other. */
export function assertShutRightly(keyId: string, wasRefused: boolean): void {
  assert.ok(wasRefused, `${keyId} is kept from Apple, which has never refused it`);
}

/** A gate is opened by those whom Apple has let in. */
export function assertOpenedRightly(keyId: string, wasLetIn: boolean): void {
  assert.ok(wasLetIn, `the gate of ${keyId} was opened by somebody whom Apple has not let in`);
}

/** Who finds the gate of an old key shut asks with the new one that has come in the meantime. */
export function assertNewKeyTried(untried: ReadonlySet<string>): void {
  assert.deepEqual([...untried], [], 'a worker gave up though a new key had come');
}

/**
 * A rotation puts only a key into use that Apple knows, and undoes nothing that came after it had begun.
 *
 * @param at `changedAt`: when the secret's current version last changed before
 */
export function assertPromoted(
  { keyId, startedAt, oldVersionId }: Rotation,
  at: { known: boolean; changedAt: number },
): void {
  assert.ok(at.known, `${keyId} is in use, and Apple does not know it`);
  assert.ok(
    at.changedAt <= startedAt || oldVersionId === undefined,
    `${keyId} has replaced a key that came into use after its rotation had begun`,
  );
}

/** A rotation only goes on; it is closed where Apple refuses the old key, not before. */
export function assertRotationMoves(
  before: Rotation | undefined,
  after: Rotation,
  oldKeyIsRefused: boolean,
): void {
  const order = ['rejected', 'promoting', 'promoted', 'closed'];
  const place = `rotation to ${after.keyId}`;
  if (before !== undefined)
    assert.ok(
      order.indexOf(after.state) >= order.indexOf(before.state),
      `${place}: ${after.state} after ${before.state}`,
    );
  if (after.state === 'closed') assert.ok(oldKeyIsRefused, `${place}: closed, but Apple takes the old key`);
}

/** @param left keys that had no answer when a later look of the day began, and that it did not ask about */
export function assertAskedAgain(left: readonly string[]): void {
  assert.deepEqual(left, [], 'a later look of the day did not ask about a key');
}

/** A notice is sent once; nobody is asked to revoke a key that is in use, or told that a key is refused which is not. */
export function assertNotice(
  id: string,
  facts: Readonly<Record<string, unknown>>,
  {
    sent,
    inUse,
    wasRefused,
  }: { sent: ReadonlySet<string>; inUse: ReadonlySet<string>; wasRefused: (keyId: unknown) => boolean },
): void {
  assert.ok(!sent.has(id), `${id}: told twice`);
  if (facts['kind'] === 'key-revoke')
    assert.ok(!inUse.has(String(facts['oldKeyId'])), `${id}: asks to revoke a key that is in use`);
  if (facts['kind'] === 'key-unwell' && facts['keyId'] !== undefined)
    assert.ok(wasRefused(facts['keyId']), `${id}: Apple has not refused ${JSON.stringify(facts)}`);
}

/** Whoever asked for a rotation has an answer; none stands still; who has to revoke a key was told. */
export function assertRotationsAtRest(
  rotations: readonly Rotation[],
  {
    unanswered,
    isRefused,
    wasTold,
  }: { unanswered: number; isRefused: (keyId: string) => boolean; wasTold: (begin: string) => boolean },
): void {
  assert.equal(unanswered, 0, 'somebody who asked for a rotation never got an answer');
  for (const { keyId, oldKeyId, state } of rotations) {
    const place = `rotation to ${keyId} (${state})`;
    assert.notEqual(state, 'promoting', `${place} stands still`);
    if (oldKeyId === undefined) continue;
    if (state === 'promoted') assert.ok(!isRefused(oldKeyId), `${place}: never closed`);
    if (state === 'closed')
      assert.ok(wasTold(`${oldKeyId}#closed-for-${keyId}`), `${place}: nobody was told that it is complete`);
    if (state === 'promoted')
      assert.ok(
        wasTold(`${oldKeyId}#revoke-for-${keyId}`) || wasTold(`${oldKeyId}#still-valid-for-${keyId}`),
        `${place}: nobody was told to revoke ${oldKeyId}`,
      );
  }
}

export type PricesAtRest = {
  product: string;
  firstPrices: Readonly<Record<string, string>>;
  /** What Apple shows once every start date has passed. */
  shown: ReadonlyMap<string, string>;
  /** Every change of the product. */
  changes: readonly ChangeRecord[];
  effects: readonly PriceEffect[];
  /** Ids of changes that people were told of. */
  told: ReadonlySet<string>;
  /** Whether nobody can say what came of a change, as Apple did not do what it said or somebody else has moved the same. */
  isUnclear: (change: ChangeRecord) => boolean;
  /** Whether somebody else has moved a territory's price: nothing is expected there. */
  isMoved: (territory: string) => boolean;
};

/** The prices that a request is about; those of an introductory offer are none of the product. */
const pricesOf = ({
  introductoryOffer,
  prices,
}: ChangeRecord['request']): Readonly<Record<string, string>> =>
  introductoryOffer === undefined ? (prices ?? {}) : {};

/** Every accepted change has come to an end that was told; what Apple shows is what the last of them asked for. */
export function assertPricesAtRest({
  product,
  firstPrices,
  shown,
  changes,
  effects,
  told,
  isUnclear,
  isMoved,
}: PricesAtRest): void {
  const expected = new Map(Object.entries(firstPrices));
  const unsure = new Set<string>();
  for (const change of changes.toSorted((a, b) => a.seq - b.seq)) {
    const { changeId, state, outcome, request, problems } = change;
    const place = `${product} ${changeId} (${state}: ${outcome})`;
    assert.ok(isOver(change), `${place} is never over`);
    assert.deepEqual(change.owed, [], `${place}: events are still owed`);
    assert.ok(told.has(changeId), `${place}: nobody was told`);
    assert.ok(!owesWayBack(change), `${place}: its temporary price was never taken back`);
    assert.ok(
      !problems.some(({ path }) => path === '(key)'),
      `${place}: ended by a key, which can be replaced`,
    );
    if (!isUnclear(change))
      assert.notEqual(state, 'unsettled', `${place}: only this product writes, so nothing may stay unclear`);
    const own = effects.filter((effect) => effect.change.changeId === changeId);
    if (state === 'rejected') assert.equal(own.length, 0, `${place}: rejected, but it took effect`);
    for (const [territory, price] of Object.entries(pricesOf(request))) {
      if (state === 'applied') {
        expected.set(territory, price);
        unsure.delete(territory);
      } else if (own.some((effect) => effect.territory === territory)) unsure.add(territory);
    }
  }
  for (const [territory, price] of expected) {
    if (!unsure.has(territory) && !isMoved(territory))
      assert.equal(
        canonicalDecimal(shown.get(territory) ?? '0'),
        canonicalDecimal(price),
        `${product} ${territory}: not the last accepted price`,
      );
  }
}
