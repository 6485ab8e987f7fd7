import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { encodingOf } from '../../functions/platform/files/file-text.ts';

/** A report file as Apple would send it: gzip of tab-separated UTF-8. `name` is that of the file in the archive. */
export type ReportContent = { name: string; text: string; gzip: Uint8Array };

/** A file that holds no report, and what its owner can do about it. */
export type LeftOut = { reason: string; advice: string };

export const isLeftOut = (found: object): found is LeftOut => 'reason' in found;

/** What a report may inflate to here: the product itself reads as a stream and takes far more. */
const MAXIMUM_BYTES = 1 << 30;

/**
 * Reads the reports in a file: gzip, zip archives, plain text; tabs, commas or semicolons; UTF-8 or UTF-16.
 *
 * @returns one for each file in it, or why there is none
 */
export function readContents(name: string, bytes: Uint8Array): (ReportContent | LeftOut)[] {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readZip(name, bytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return [readText(name, bytes)];
  try {
    const inflated = gunzipSync(bytes, { maxOutputLength: MAXIMUM_BYTES });
    const content = readText(name, inflated);
    // What is as Apple sends it stays as it is, byte for byte.
    return [
      isLeftOut(content) || content.text !== inflated.toString('utf8')
        ? content
        : { ...content, gzip: bytes },
    ];
  } catch {
    return [{ reason: 'its gzip is cut short or damaged', advice: 'download it again' }];
  }
}

function readZip(name: string, bytes: Uint8Array): (ReportContent | LeftOut)[] {
  try {
    const files = Object.entries(unzipSync(bytes)).filter(([, content]) => content.length > 0);
    return files
      .filter(([inner]) => !inner.startsWith('__MACOSX/'))
      .flatMap(([inner, content]) => readContents(inner, content));
  } catch {
    return [
      {
        reason: `${name.endsWith('.zip') ? 'the archive' : 'it'} is damaged or encrypted`,
        advice: 'unpack it and give the folder',
      },
    ];
  }
}

function readText(name: string, bytes: Uint8Array): ReportContent | LeftOut {
  const decoded = decode(bytes);
  if (decoded === undefined)
    return { reason: 'it is neither UTF-8 nor UTF-16 text', advice: 'give the file as Apple sent it' };
  if (decoded.trim() === '')
    return { reason: 'it is empty', advice: 'download it again, if it should hold a report' };
  const text = tabSeparated(decoded);
  if (text === undefined)
    return {
      reason: 'its values hold tabs or line ends, or its quotes do not close',
      advice: 'give the file as Apple sent it',
    };
  return { name, text, gzip: gzipSync(text) };
}

function decode(bytes: Uint8Array): string | undefined {
  const encoding = encodingOf(bytes);
  try {
    // A byte order mark of UTF-8 is kept: the product has to read it.
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Commas or semicolons become tabs, as in a report that a spreadsheet program has saved. */
function tabSeparated(text: string): string | undefined {
  const [header = ''] = text.split('\n', 1);
  if (header.includes('\t')) return text;
  const delimiter = [',', ';'].find((mark) => header.includes(mark));
  if (delimiter === undefined) return text;
  try {
    const rows = parse(text, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: true });
    if (rows.some((cells) => cells.some((cell) => /[\t\r\n]/.test(cell)))) return undefined;
    return `${asWideAsHeader(rows)
      .map((cells) => cells.join('\t'))
      .join('\n')}\n`;
  } catch {
    return undefined;
  }
}

/**
 * Spreadsheet programs leave out empty cells at a row's end; a report's rows are as wide as its header. Finance reports
 * hold shorter lines on purpose (`Total_Rows`), and their rows end with a currency.
 */
function asWideAsHeader(rows: readonly string[][]): readonly string[][] {
  const [header = []] = rows;
  if (rows.some(([first = '']) => first.startsWith('Total_'))) return rows;
  return rows.map((cells) => [
    ...cells,
    ...Array<string>(Math.max(0, header.length - cells.length)).fill(''),
  ]);
}
