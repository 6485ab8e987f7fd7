import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A file of many columns or of many different values: what costs memory. */
export type WideFile = {
  rows: number;
  columns: number;
  /** The part of the cells whose value no other cell has, 0 to 1. */
  distinct: number;
};

/** Wider and more varied than any file of Apple: its widest report has some fifty columns. */
export const WIDE_FILES: readonly WideFile[] = [
  { rows: 300_000, columns: 50, distinct: 0.5 },
  { rows: 20_000, columns: 500, distinct: 1 },
  { rows: 100_000, columns: 990, distinct: 0.5 },
];

export async function writeWideFile(path: string, file: WideFile): Promise<void> {
  await pipeline(Readable.from(lines(file)), createGzip({ level: 1 }), createWriteStream(path));
}

function* lines({ rows, columns, distinct }: WideFile): Generator<string> {
  yield `${Array.from({ length: columns }, (_, column) => `Column ${column}`).join('\t')}\n`;
  // A linear congruential generator: the same file each time.
  let state = 1;
  for (let row = 0; row < rows; row += 1) {
    const cells: string[] = [];
    for (let column = 0; column < columns; column += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      cells.push(state < distinct * 2 ** 32 ? `v${row}-${column}` : `common ${state % 100}`);
    }
    yield `${cells.join('\t')}\n`;
  }
}
