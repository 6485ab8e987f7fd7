import { it, type TestContext } from 'node:test';

/**
 * How much of the tests this run plays. `part`: `npm test`, which leaves long cases to `npm run test:more`. `more`: that one.
 * `all`: a file that somebody runs alone.
 */
export const EXTENT = extentOf(process.env['TEST_EXTENT']);

export type Extent = 'part' | 'more' | 'all';

function extentOf(text: string | undefined): Extent {
  return text === 'part' || text === 'more' ? text : 'all';
}

const leaveOut = (): Promise<void> => Promise.resolve();

/**
 * A test that `npm test` leaves to `npm run test:more`: one more case of what a faster test in the same file proves at
 * another point, or in another form.
 */
export const itMore: (
  name: string,
  test: (context: TestContext) => void | Promise<void>,
) => void | Promise<void> = EXTENT === 'part' ? leaveOut : it;

/** Of cases that are played alike, those that this run plays: `npm test` only these few, any other run all. */
export const someNow = <Case>(cases: readonly Case[], few: (one: Case) => boolean): readonly Case[] =>
  EXTENT === 'part' ? cases.filter(few) : cases;
