import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { type Figures, print, toMarkdown } from './figures.ts';
import { hashOfSources, MEASUREMENTS, sourcesMark } from './figures-sources.ts';
import { replaceSection, sectionOf } from './page-section.ts';

const PAGE = 'docs/benchmarks.md';

/** Measures one table, or several at once. */
export type Measure = () => Figures | readonly Figures[] | Promise<Figures | readonly Figures[]>;

/**
 * Measures one table after another and prints each.
 *
 * @param write whether each is put into docs/benchmarks.md as soon as it is measured, with its date and the machine's load
 */
export async function measureFigures(measures: readonly Measure[], write: boolean): Promise<void> {
  for (const measure of measures) {
    const loadBefore = load();
    const tables = [await measure()].flat();
    const measured = `Measured on ${today()} with Node ${process.versions.node} on ${availableParallelism()} cores; load ${loadBefore} before, ${load()} after.`;
    for (const figures of tables) {
      print(figures);
      console.log(measured);
      if (write) writeToPage(figures, measured);
    }
  }
}

function writeToPage(figures: Figures, measured: string): void {
  const sources = sourcesMark(hashOfSources(MEASUREMENTS[figures.name]));
  writeFileSync(
    PAGE,
    replaceSection(
      readFileSync(PAGE, 'utf8'),
      sectionOf(figures.name),
      `${toMarkdown(figures, measured)}\n\n${sources}`,
    ),
  );
}

const today = (): string =>
  new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** Who reads the figures must know whether the machine had anything else to do. */
const load = (): string => loadavg()[0]?.toFixed(1) ?? 'unknown';
