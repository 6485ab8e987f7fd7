// Finds the code that mutations change. A mark is a comment, so it survives renames and moves of what it marks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The outermost statement, property or method below a mark. */
export type MarkedCode = { file: string; source: ts.SourceFile; node: ts.Node };

const MARK = /^[ \t]*\/\/ mutation: ([a-z0-9-]+)[ \t]*$/gm;
const FOLDERS = ['functions', 'infra', 'test'];

/**
 * All marks under a root, by name.
 *
 * @throws Error where a mark exists twice or has no code below it
 */
export function findMarks(root: string): ReadonlyMap<string, MarkedCode> {
  const found = new Map<string, MarkedCode>();
  for (const file of FOLDERS.flatMap((folder) => typeScriptFiles(root, folder))) {
    const text = readFileSync(join(root, file), 'utf8');
    const matches = [...text.matchAll(MARK)];
    if (matches.length === 0) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const { 0: comment, 1: mark = '', index } of matches) {
      const node = codeAfter(source, index + comment.length);
      if (node === undefined) throw new Error(`${file}: there is no code below "mutation: ${mark}"`);
      const twin = found.get(mark);
      if (twin !== undefined) throw new Error(`"mutation: ${mark}" exists in ${twin.file} and in ${file}`);
      found.set(mark, { file, source, node });
    }
  }
  return found;
}

const typeScriptFiles = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** @throws Error where the file does not hold the mark */
export function codeBelow(source: ts.SourceFile, mark: string): ts.Node {
  const match = [...source.text.matchAll(MARK)].find(([, name]) => name === mark);
  const node = match && codeAfter(source, match.index + match[0].length);
  if (node === undefined) throw new Error(`${source.fileName} has no "mutation: ${mark}"`);
  return node;
}

/** The outermost node that begins with the first token after a position. */
function codeAfter(source: ts.SourceFile, position: number): ts.Node | undefined {
  const visit = (node: ts.Node): ts.Node | undefined =>
    ts.forEachChild(node, (child) => {
      if (child.end <= position) return undefined;
      return child.getStart(source) > position ? child : visit(child);
    });
  return visit(source);
}
