import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { measureColdStarts } from '../cold-start.ts';
import { measureConversion, measureWideFiles } from '../conversion/conversion.ts';
import { measureKilledPrices } from '../prices/price-kill.ts';
import { measurePrices } from '../prices/prices.ts';
import { measureMinting } from '../tokens/minting.ts';
import { type Figures, print, toMarkdown } from './figures.ts';
import { PEERS_SECTION, replaceSection } from './page-section.ts';

// `npm run bench -- --peers`: everything that has a peer, in one run; `--write` puts the figures into docs/benchmarks.md.

const PAGE = 'docs/benchmarks.md';

/** Measures all of it, one thing at a time, and prints it. */
export async function benchPeers(rowCounts: readonly number[], runs: number, write: boolean): Promise<void> {
  const loadBefore = load();
  const shown = (figures: Figures): Figures => {
    print(figures);
    return figures;
  };
  const conversion = shown(await measureConversion(rowCounts, runs));
  const others = [
    shown(await measureWideFiles()),
    shown(await measureMinting()),
    shown(measureColdStarts()),
    shown(await measurePrices()),
    shown(await measureKilledPrices()),
  ];
  const measured = `Measured on ${today()} with Node ${process.versions.node} on ${availableParallelism()} shared cores; load ${loadBefore} when it began, ${load()} when it ended.`;
  console.log(measured);
  if (!write) return;
  const section = [measured, ...[conversion, ...others].map(toMarkdown)].join('\n\n');
  writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), PEERS_SECTION, section));
}

const today = (): string =>
  new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** Who reads the figures must know whether the machine had anything else to do. */
const load = (): string => loadavg()[0]?.toFixed(1) ?? 'unknown';
