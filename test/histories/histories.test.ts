import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Played } from './run.ts';

// The real planner and fetch function against thousands of histories, in memory (history.ts); what must hold in the
// end stands in invariants.ts. `HISTORY_COUNT=100000` plays more; `HISTORY_SEEDS=17` plays one that failed again.

const USUAL_COUNT = 300;
const { HISTORY_SEEDS, HISTORY_COUNT } = process.env;
const run = promisify(execFile);

/** What each process is to play: the seeds that were asked for, or equal parts of so many. */
function shares(): string[] {
  if (HISTORY_SEEDS !== undefined) return [HISTORY_SEEDS.replaceAll('-', ',')];
  const count = Number(HISTORY_COUNT ?? USUAL_COUNT);
  const processes = Math.min(4, availableParallelism(), count);
  return Array.from(
    { length: processes },
    (_, index) =>
      `${Math.floor((index * count) / processes) + 1}-${Math.floor(((index + 1) * count) / processes)}`,
  );
}

async function playShare(share: string): Promise<Played> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'play.ts'), share]);
  const played: Played = JSON.parse(stdout);
  return played;
}

describe('Random histories in memory', () => {
  it('keep every promise: nothing missing, nothing false, nothing twice, all told', async (context) => {
    const all = await Promise.all(shares().map(playShare));
    for (const { failure } of all) {
      if (failure === undefined) continue;
      const { seed, message, troubles } = failure;
      assert.fail(
        `Seed ${seed}: ${message}\nAfter these troubles:\n  ${troubles.join('\n  ')}\nAgain: HISTORY_SEEDS=${seed} npm exec -- node --test test/histories/histories.test.ts`,
      );
    }
    const sum = (name: keyof Played['happened']) =>
      all.reduce((total, { happened }) => total + happened[name], 0);
    context.diagnostic(
      `${sum('partitions')} partitions, ${sum('requests')} requests, ${sum('turns')} turns, ${sum('kills')} kills, ${sum('losses')} lost calls`,
    );
    assert.ok(
      HISTORY_SEEDS !== undefined || sum('kills') > 0,
      'nobody was killed: the histories prove little',
    );
  });
});
