import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `written`: it was not there. `same`: it is there as it would be written. `kept`: somebody's own, left alone. */
export type FileResult = { file: string; result: 'written' | 'same' | 'kept' };

/** Writes the files that are not there. One that is there is never touched. */
export function writeProject(directory: string, files: ReadonlyMap<string, string>): FileResult[] {
  mkdirSync(directory, { recursive: true });
  return [...files].map(([name, content]) => {
    const file = join(directory, name);
    try {
      writeFileSync(file, content, { flag: 'wx' });
      return { file, result: 'written' };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      return { file, result: holds(file, content) ? 'same' : 'kept' };
    }
  });
}

/** A folder or a link in the file's place is somebody's own, too. */
const holds = (file: string, content: string): boolean =>
  lstatSync(file).isFile() && readFileSync(file, 'utf8') === content;
