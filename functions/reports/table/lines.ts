import { isUtf8 } from 'node:buffer';
import { TableError } from './table-error.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
/** A title has up to 600 characters, a developer up to 4,000: a line beyond this is no report. */
const MAXIMUM_LINE_BYTES = 1 << 20;
/** What one report may inflate to. A file that claims more is an attack or a mistake. */
const MAXIMUM_FILE_BYTES = 16 * 2 ** 30;

/** `[start, end)` of a line's bytes within `bytes`, and its number, counted from 1. */
export type LineSink = (bytes: Buffer, start: number, end: number, line: number) => void;

/**
 * Cuts a stream into lines without making strings of them. `\n` and `\r\n` end a line; the last line needs
 * neither; empty lines are passed over but counted.
 *
 * @throws TableError `NOT_UTF8`, `LINE_TOO_LONG`, `FILE_TOO_LARGE`, and what `sink` throws
 */
export async function eachLine(chunks: AsyncIterable<Buffer>, sink: LineSink): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  let total = 0;
  const emit = (bytes: Buffer, start: number, end: number, sound: boolean): void => {
    line += 1;
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    if (!sound) refuseOtherEncodings(bytes.subarray(start, last), line);
    if (last > start) sink(bytes, start, last, line);
  };
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > MAXIMUM_FILE_BYTES) {
      throw new TableError('FILE_TOO_LARGE', `The file inflates to more than ${MAXIMUM_FILE_BYTES} bytes`);
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // Whole lines at once: no character of UTF-8 contains the byte of a line feed.
    const sound = isUtf8(bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1));
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      emit(bytes, start, end, sound);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > MAXIMUM_LINE_BYTES) {
      throw new TableError('LINE_TOO_LONG', `Line ${line + 1} is longer than ${MAXIMUM_LINE_BYTES} bytes`);
    }
  }
  if (rest.length > 0) emit(rest, 0, rest.length, isUtf8(rest));
}

/** Bytes that are no UTF-8 would be read as U+FFFD: another text than the file has, and nobody would know. */
function refuseOtherEncodings(bytes: Buffer, line: number): void {
  if (isUtf8(bytes)) return;
  if (line === 1 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    throw new TableError(
      'NOT_UTF8',
      'The file is UTF-16, as spreadsheet programs save text; reports are UTF-8',
    );
  }
  let field = 1;
  let start = 0;
  for (
    let end = bytes.indexOf(TAB);
    end !== -1 && isUtf8(bytes.subarray(start, end));
    end = bytes.indexOf(TAB, start)
  ) {
    field += 1;
    start = end + 1;
  }
  const stop = bytes.indexOf(TAB, start);
  const text = bytes.toString('latin1', start, stop === -1 ? bytes.length : stop).slice(0, 60);
  throw new TableError(
    'NOT_UTF8',
    `Line ${line}, field ${field}: ${JSON.stringify(text)} (shown as Latin-1) is not valid UTF-8. The bytes are kept as they came in the raw file; no table is made of them, as it would hold another text.`,
  );
}
