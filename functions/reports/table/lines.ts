import { TableError } from './table-error.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A title has up to 600 characters, a developer up to 4,000: a line beyond this is no report. */
const LONGEST_LINE_BYTES = 1 << 20;
/** What one report may inflate to. A file that claims more is an attack or a mistake. */
const LARGEST_FILE_BYTES = 16 * 2 ** 30;

/** `[start, end)` of a line's bytes within `bytes`, and its number, counted from 1. */
export type LineSink = (bytes: Buffer, start: number, end: number, line: number) => void;

/**
 * Cuts a stream into lines without making strings of them. `\n` and `\r\n` end a line; the last line needs
 * neither; empty lines are passed over but counted.
 *
 * @throws TableError `LINE_TOO_LONG`, `FILE_TOO_LARGE`, and what `sink` throws
 */
export async function eachLine(chunks: AsyncIterable<Buffer>, sink: LineSink): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  let total = 0;
  const emit = (bytes: Buffer, start: number, end: number): void => {
    line += 1;
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (last > start) sink(bytes, start, last, line);
  };
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > LARGEST_FILE_BYTES) {
      throw new TableError('FILE_TOO_LARGE', `The file inflates to more than ${LARGEST_FILE_BYTES} bytes`);
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      emit(bytes, start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LONGEST_LINE_BYTES) {
      throw new TableError('LINE_TOO_LONG', `Line ${line + 1} is longer than ${LONGEST_LINE_BYTES} bytes`);
    }
  }
  if (rest.length > 0) emit(rest, 0, rest.length);
}
