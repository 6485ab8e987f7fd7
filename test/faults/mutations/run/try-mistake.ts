import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { MarkedCode } from '../form/marks.ts';
import { makeMistake } from '../form/mutate.ts';
import type { Trial } from './trials.ts';
import { ask, type Witness } from './witness.ts';

/** What came of one mistake. `seconds`: how long its witness took. */
export type Result = { isNoticed: boolean; how: string; seconds: number };

const PARTS = ['functions', 'local', 'test', 'infra', 'cli', 'tools', 'bench', 'docs'];
const FILES = ['package.json', 'tsconfig.json', 'cdk.json', 'README.md'];

export type Trials = {
  /** Makes the mistake in a copy of the code and asks its witness. Never throws. */
  run(trial: Trial): Promise<Result>;
  end(): void;
};

/** @param work a directory for copies of the code, which is deleted */
export function createTrials(root: string, work: string, marks: ReadonlyMap<string, MarkedCode>): Trials {
  rmSync(work, { recursive: true, force: true });
  const right = join(work, 'right');
  copyCode(root, right);
  /** A test file is the same question for each of its mistakes. */
  const rightVerdicts = new Map<string, Promise<boolean>>();
  const isRight = (witness: Witness): Promise<boolean> => {
    const question = JSON.stringify(witness);
    const known = rightVerdicts.get(question);
    if (known !== undefined) return known;
    const found = ask(witness, right).then(({ kind }) => kind === 'nothing noticed');
    rightVerdicts.set(question, found);
    return found;
  };
  let copies = 0;
  return {
    run: async ({ mistake, witness }) => {
      copies += 1;
      const copy = join(work, String(copies));
      const begun = performance.now();
      const result = (isNoticed: boolean, how: string): Result => ({
        isNoticed,
        how,
        seconds: (performance.now() - begun) / 1000,
      });
      try {
        copyCode(root, copy);
        makeMistake(copy, mistake, marks);
        const verdict = await ask(witness, copy);
        const after = result(verdict.kind !== 'nothing noticed', '');
        if (verdict.kind === 'nothing noticed') return { ...after, how: 'NOBODY' };
        const { how, again } =
          verdict.kind === 'noticed' ? verdict : { how: verdict.kind, again: shortened(witness) };
        // A witness that complains of the right code as well has noticed nothing.
        if (!(await isRight(again)))
          return { ...after, isNoticed: false, how: `NOBODY (${how}; also without the mistake)` };
        return { ...after, how };
      } catch (error) {
        return result(false, `NOBODY (${error instanceof Error ? error.message : String(error)})`);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
    end: () => rmSync(work, { recursive: true, force: true }),
  };
}

/** Where histories hang or crash, the first few are enough to see that those of the right code do not. */
const shortened = (witness: Witness): Witness =>
  witness.kind === 'histories' ? { ...witness, seeds: '1-5' } : witness;

function copyCode(root: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of [...PARTS, ...FILES]) cpSync(join(root, part), join(to, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
}
