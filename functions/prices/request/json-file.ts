import { parse, type ValueNode } from '@humanwhocodes/momoa';
import { type Checked, rejected } from '../../platform/validation/checked.ts';
import { readJson } from '../../platform/validation/read-json.ts';

/**
 * Parses the JSON of a price file. `JSON.parse` keeps the last of two members with one name and says nothing: a
 * territory that is priced twice would silently take the later price.
 *
 * @returns the value, or why there is none
 */
export function readFileJson(text: string): Checked<unknown> {
  const read = readJson(text);
  if (read.kind === 'rejected') return read;
  try {
    const problem = repeatedName(parse(text).body);
    return problem === undefined ? read : rejected('(file)', problem);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return rejected('(file)', 'is nested too deeply');
  }
}

function repeatedName(value: ValueNode): string | undefined {
  if (value.type === 'Array') return firstOf(value.elements.map((element) => element.value));
  if (value.type !== 'Object') return undefined;
  const seen = new Set<string>();
  for (const { name, loc } of value.members) {
    const word = name.type === 'String' ? name.value : name.name;
    if (seen.has(word))
      return `names "${word.slice(0, 40)}" twice, the second time in line ${loc.start.line}`;
    seen.add(word);
  }
  return firstOf(value.members.map((member) => member.value));
}

function firstOf(values: readonly ValueNode[]): string | undefined {
  for (const value of values) {
    const problem = repeatedName(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
