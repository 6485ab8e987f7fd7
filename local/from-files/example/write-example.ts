import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExampleFile, exampleFiles } from './example-files.ts';

/** Writes the example folder. @returns its files */
export function writeExample(directory: string, days: number): ExampleFile[] {
  const files = exampleFiles(days);
  for (const { path, content } of files) {
    const place = join(directory, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
  }
  return files;
}
