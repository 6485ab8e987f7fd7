import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import {
  type DryRunDependencies,
  planDryRun,
  withinPatience,
} from '../../../functions/prices/apply/dry-run.ts';
import { acceptance, NOW } from '../accept/acceptance.ts';
import { fakePriceList, stateOf } from '../fake-price-list.ts';
import { OPEN_RULES, requestOf } from '../request/requests.ts';

/** Dry runs of one product; `cutOff` as if the invocation had no time left. */
function world(cutOff: { now: boolean }) {
  const at = acceptance();
  const marks: number[] = [];
  const mark: { until: number | undefined } = { until: undefined };
  const list = fakePriceList(stateOf({ present: { USA: '9.99' } }));
  const deps: DryRunDependencies = {
    audit: at.audit,
    clock: at.clock,
    rules: () => OPEN_RULES,
    remainingMillis: () => 300_000,
    priceList: () => ({
      ...list,
      pricePoints: async (territories) => {
        if (cutOff.now) throw new AppStoreConnectError({ code: 'DEADLINE', message: 'time is up' });
        return list.pricePoints(territories);
      },
    }),
    planning: {
      until: async () => mark.until,
      set: async (_, __, until) => {
        mark.until = until;
        marks.push(until - NOW);
      },
    },
  };
  return { deps, marks, mark, at };
}

const request = requestOf({ prices: { USA: '4.99' } });

describe('A dry run that takes longer than its caller waits', () => {
  it('says so, is read on in the background, and is there when it is asked for again', async () => {
    const cutOff = { now: true };
    const { deps, marks } = world(cutOff);
    const first = await planDryRun(deps, request, false);
    assert.ok(first.kind === 'retry' && first.needsWorker);
    cutOff.now = false;
    assert.equal((await planDryRun(deps, request, true)).kind, 'ok');
    assert.deepEqual(marks, [300_000, 0], 'marked while it reads, and not afterwards');
    assert.equal((await planDryRun(deps, request, false)).kind, 'ok');
  });

  it('is not read twice at the same time', async () => {
    const { deps, mark } = world({ now: false });
    mark.until = NOW + 60_000;
    for (const inBackground of [false, true]) {
      const answer = await planDryRun(deps, request, inBackground);
      assert.ok(answer.kind === 'retry' && !answer.needsWorker);
    }
  });

  it('ends by itself when its caller waits no longer: nobody reads on unseen', () => {
    let left = 300_000;
    const forCaller = withinPatience(() => left, 25_000);
    assert.equal(forCaller(), 25_000);
    left -= 25_000;
    assert.equal(forCaller(), 0);
    // In the background, and where the invocation ends before the caller's patience, all of it is used.
    assert.equal(withinPatience(() => 300_000)(), 300_000);
    assert.equal(withinPatience(() => 9_000, 25_000)(), 9_000);
  });

  it('is free again when the worker that read is gone', async () => {
    const { deps, mark, at } = world({ now: false });
    mark.until = NOW + 60_000;
    at.clock.at = NOW + 60_001;
    assert.equal((await planDryRun(deps, request, false)).kind, 'ok');
  });
});
