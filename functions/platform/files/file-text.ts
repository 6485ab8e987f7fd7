import { accepted, type Checked, rejected } from '../validation/checked.ts';

/** How a file begins, and what it is then. */
const SIGNATURES: readonly { bytes: readonly number[]; name: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], name: 'an Excel or Numbers workbook (or another zip archive)' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], name: 'an Excel workbook of the old kind' },
  { bytes: [0x1f, 0x8b], name: 'compressed by gzip' },
  { bytes: [0x25, 0x50, 0x44, 0x46], name: 'a PDF' },
];

/** The encoding that the byte order mark names; UTF-8 without one. */
export function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/**
 * The text of a price file: UTF-8, or UTF-16 with its byte order mark, as Excel writes "Unicode text".
 *
 * @returns the text, or what the file is instead
 */
export function decodeFileText(bytes: Uint8Array): Checked<string> {
  const found = SIGNATURES.find(({ bytes: start }) => start.every((byte, index) => bytes[index] === byte));
  if (found !== undefined)
    return rejected('(file)', `is ${found.name}, not text; save it as CSV (UTF-8) or JSON`);
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return text.includes('\u0000')
      ? rejected('(file)', 'is UTF-16 without a byte order mark, or no text at all; save it as CSV (UTF-8)')
      : accepted(text);
  } catch {
    return rejected(
      '(file)',
      'is not UTF-8 text; save it as CSV (UTF-8), not as "CSV (Windows)" or another encoding',
    );
  }
}
