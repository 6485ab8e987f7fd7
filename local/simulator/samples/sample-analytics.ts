import { APPS, STOREFRONTS } from './sample-catalogue.ts';
import { generator } from './sample-numbers.ts';

/** Columns of "App Downloads Standard", as downloaded files have them. */
const HEADER =
  'Date|App Name|App Apple Identifier|Download Type|App Version|Device|Platform Version|Source Type|Page Type|Pre-Order|Territory|Counts';

export const SAMPLE_ANALYTICS_REPORT = { category: 'COMMERCE', name: 'App Downloads Standard' } as const;

/** A segment of one day: first-time downloads and redownloads per territory. The same options give the same text. */
export function sampleDownloads({ app, day }: { app: string; day: string }): string {
  const draw = generator(`downloads ${app} ${day}`);
  const sold = APPS.find(({ appleId }) => appleId === app);
  const rows = STOREFRONTS.flatMap(({ country, share }) =>
    ['First-time download', 'Redownload'].map((type) => [
      ...[day, sold?.title ?? `App ${app}`, app, type, sold?.version ?? '1.0', 'iPhone', 'iOS 26.1'],
      ...['App Store search', 'Product page', '', country, String(1 + Math.floor(draw() * 400 * share))],
    ]),
  );
  return [HEADER.split('|'), ...rows].map((row) => `${row.join('\t')}\n`).join('');
}
