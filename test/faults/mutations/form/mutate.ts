import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Replacement } from './changes.ts';
import type { MarkedCode } from './marks.ts';
import { editsOf, type Mistake } from './mistake.ts';

/**
 * The files of a mistake, with it.
 *
 * @throws Error where a mark is missing, its code is of another form by now, the result is no TypeScript, or it uses
 *   a name that the file does not know
 */
export function mutated(mistake: Mistake, marks: ReadonlyMap<string, MarkedCode>): Map<string, string> {
  const replacements = new Map<ts.SourceFile, Replacement[]>();
  for (const { mark, change } of editsOf(mistake)) {
    const code = marks.get(mark);
    if (code === undefined)
      throw new Error(`"${mistake.mistake}": no file has the comment "mutation: ${mark}"`);
    try {
      replacements.set(code.source, [...(replacements.get(code.source) ?? []), change(code)]);
    } catch (cause) {
      throw new Error(
        `"${mistake.mistake}" does not fit ${code.file}, "mutation: ${mark}": ${String(cause)}`,
      );
    }
  }
  return new Map(
    [...replacements].map(([source, ofFile]) => [
      source.fileName,
      checked(mistake, source, edited(source, ofFile)),
    ]),
  );
}

/** Puts a mistake into a copy of the code. */
export function makeMistake(root: string, mistake: Mistake, marks: ReadonlyMap<string, MarkedCode>): void {
  for (const [file, text] of mutated(mistake, marks)) writeFileSync(join(root, file), text);
}

const edited = (source: ts.SourceFile, replacements: readonly Replacement[]): string =>
  [...replacements]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source.text);

function checked({ mistake }: Mistake, source: ts.SourceFile, text: string): string {
  const fail = (what: string): never => {
    throw new Error(`"${mistake}" in ${source.fileName} ${what}`);
  };
  if (text === source.text) fail('changes nothing');
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    fileName: source.fileName,
  });
  if (diagnostics.length > 0) fail(`is no TypeScript: ${JSON.stringify(diagnostics[0]?.messageText)}`);
  const known = new Set([...namesOf(source), ...OWN_NAMES]);
  const unknown = [...namesOf(ts.createSourceFile('mutated.ts', text, ts.ScriptTarget.Latest))].filter(
    (name) => !known.has(name),
  );
  if (unknown.length > 0) fail(`uses names that the file does not know: ${unknown.join(', ')}`);
  return text;
}

/** Names that changes bring themselves, and attributes of stored items, which keep their names. */
const OWN_NAMES = [
  ...['undefined', 'catch', 'first', 'compute', 'given'],
  ...['owed', 'recheckAt', 'sending', 'sends', 'startedAt'],
];

function namesOf(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
