import type { FiguresName } from './figures.ts';

/** The part of a page that a command writes. */
type Section = { from: string; to: string };

/** Where `npm run bench -- … --write` puts a table into docs/benchmarks.md. */
export const sectionOf = (name: FiguresName): Section => ({
  from: `<!-- measured: ${name} -->`,
  to: `<!-- end: ${name} -->`,
});

/**
 * Puts text between the markers of a page; what is outside stays as it is.
 *
 * @throws Error when the page does not have each marker once, in their order: nothing may be guessed away
 */
export function replaceSection(page: string, { from, to }: Section, text: string): string {
  for (const marker of [from, to]) {
    const times = page.split(marker).length - 1;
    if (times !== 1) throw new Error(`The page has the marker ${marker} ${times} times, not once.`);
  }
  const start = page.indexOf(from) + from.length;
  const end = page.indexOf(to);
  if (end < start) throw new Error(`The page has ${to} before ${from}.`);
  return `${page.slice(0, start)}\n\n${text.trim()}\n\n${page.slice(end)}`;
}
