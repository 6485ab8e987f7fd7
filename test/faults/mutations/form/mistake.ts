import type { Change } from './changes.ts';

/** One edit: what happens to the code below the comment `// mutation: <mark>`, whatever file it is in. */
export type Edit = { mark: string; change: Change };

/** A mistake that a programmer could make, as edits of marked code; most need only one. */
export type Mistake = { mistake: string; also?: readonly Edit[] } & Edit;

/** A mistake that one test file notices. */
export type TestedMistake = Mistake & { test: string };

export const editsOf = ({ mark, change, also = [] }: Mistake): readonly Edit[] => [{ mark, change }, ...also];
