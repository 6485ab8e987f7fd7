import { readFileSync } from 'node:fs';

export type Query = { page: string; line: number; sql: string };

/** Blocks of SQL, and what stands in quotes behind `reports query`. */
export function queriesOf(page: string): Query[] {
  const text = readFileSync(page, 'utf8');
  return [
    ...text.matchAll(/^[ \t]*```sql\n([\s\S]*?)^[ \t]*```/gm),
    ...text.matchAll(/reports query\s+"([^"]+)"/g),
  ].map(({ index, 1: sql = '' }) => ({ page, line: text.slice(0, index).split('\n').length, sql }));
}
