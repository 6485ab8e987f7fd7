import { LocalCloudError } from '../base/errors.ts';
import { isObject, type JsonObject } from '../base/json.ts';

/** Says whether an event matches. */
export type Matcher = (event: JsonObject) => boolean;

/** Whether one value (or its absence, `undefined`) satisfies one entry of a pattern's list. */
type Test = (value: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern.
 *
 * @throws LocalCloudError `UNKNOWN_PATTERN_OPERATOR` naming an operator that is not understood here
 */
export function compilePattern(pattern: JsonObject): Matcher {
  const fields = Object.entries(pattern).map(([name, wanted]): Matcher => {
    if (name.startsWith('$')) throw unknownOperator(name);
    if (Array.isArray(wanted)) {
      const tests = wanted.map(compileTest);
      return (event) => valuesOf(event[name]).some((value) => tests.some((test) => test(value)));
    }
    if (!isObject(wanted)) {
      throw new LocalCloudError(
        'UNKNOWN_PATTERN_OPERATOR',
        `The event pattern's "${name}" must be a list or an object`,
      );
    }
    const nested = compilePattern(wanted);
    return (event) => {
      const inner = event[name];
      return nested(isObject(inner) ? inner : {});
    };
  });
  return (event) => fields.every((matches) => matches(event));
}

/** A list matches if one of its elements does. */
const valuesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function compileTest(entry: unknown): Test {
  if (!isObject(entry)) return (value) => value === entry;
  const [[operator, operand] = ['(none)', undefined]] = Object.entries(entry);
  switch (operator) {
    case 'exists':
      return (value) => (value !== undefined) === operand;
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return (value) => typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but': {
      const refused = (Array.isArray(operand) ? operand : [operand]).map(compileTest);
      return (value) => value !== undefined && !refused.some((test) => test(value));
    }
    case 'numeric':
      return compileNumeric(Array.isArray(operand) ? operand : []);
    default:
      throw unknownOperator(operator);
  }
}

const COMPARE: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: pairs that must all hold. */
function compileNumeric(operand: readonly unknown[]): Test {
  const bounds: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const sign = String(operand[index]);
    const compare = COMPARE[sign];
    if (compare === undefined) throw unknownOperator(`numeric ${sign}`);
    const bound = Number(operand[index + 1]);
    bounds.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

const unknownOperator = (name: string): LocalCloudError =>
  new LocalCloudError(
    'UNKNOWN_PATTERN_OPERATOR',
    `The local EventBridge does not know the pattern operator "${name}"; add it in local/aws/services/event-pattern.ts`,
  );
