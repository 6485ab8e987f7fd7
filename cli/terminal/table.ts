import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { Io } from './io.ts';

/** A table for a terminal. Rows come from others: what would steer the terminal is taken out first. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** Text of others, without sequences that steer a terminal. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');

type Tone = 'good' | 'warning' | 'problem' | 'quiet';
const COLOURS = { good: 'green', warning: 'yellow', problem: 'red', quiet: 'gray' } as const;

/** Text in a colour where the output shows colours; the words say the same without. */
export const toned = ({ colours = false }: Io, tone: Tone, text: string): string =>
  colours ? styleText(COLOURS[tone], text, { validateStream: false }) : text;

export const printJson = ({ out }: Io, value: unknown): void => out(`${JSON.stringify(value, null, 2)}\n`);
