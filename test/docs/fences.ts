import { globSync, readFileSync } from 'node:fs';

/** A fenced block of commands: `sh` is run by a test, `sh aws` needs AWS, Apple or something that only the reader has. */
export type Fence = { file: string; line: number; needsAws: boolean; commands: string[] };

export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'AGENTS.md',
  ...globSync('docs/**/*.md').sort(),
];

/** Every block of commands of a page; commands may go on over lines that end in a backslash. */
export function fencesOf(file: string): Fence[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^([ \t]*(?:\d+\. )?)```(sh|bash|shell|console)([^\n]*)\n([\s\S]*?)^[ \t]*```/gm),
  ].map(({ index, 3: info = '', 4: body = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    needsAws: info.trim() === 'aws',
    commands: body
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/\s+#\s.*$/, '').trim())
      .filter((line) => line !== ''),
  }));
}

/** Commands of ours that stand anywhere in a page, also within a sentence: `asc-jobs …`, `npx asc-jobs …`, or by the package's name. */
export function mentionedCommands(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\\\n\s*/g, ' ');
  return [
    ...text.matchAll(
      /(?:npx asc-jobs|`asc-jobs|npx app-store-connect-jobs) ((?:[a-z][a-z-]*)(?: [^`\n|)]*)?)/g,
    ),
  ].map(([, words = '']) => words.trim());
}

/** The words of a simple command line, with quotes taken off. */
export const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
