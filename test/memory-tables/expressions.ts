import { isDeepStrictEqual } from 'node:util';

// DynamoDB's expressions over plain values, as far as the product uses them: top-level attributes, all comparisons, the
// functions below, and the clauses SET, REMOVE, ADD and DELETE. Source: "Expressions in DynamoDB" in the developer's guide.

export type Item = Record<string, unknown>;
/** What placeholders stand for: `#name` and `:value`. */
export type Placeholders = {
  names?: Record<string, string> | undefined;
  values?: Record<string, unknown> | undefined;
};
type Read = (item: Item, placeholders: Placeholders) => unknown;
type Test = (item: Item, placeholders: Placeholders) => boolean;

const TOKEN = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?\w+)/y;

class Tokens {
  readonly #all: string[] = [];
  #next = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
      this.#all.push(found[1] ?? '');
      if (TOKEN.lastIndex === text.trimEnd().length) return;
    }
    throw new SyntaxError(`Not an expression that is understood: ${text}`);
  }

  get isAtEnd(): boolean {
    return this.#next === this.#all.length;
  }

  /** Whether the next one is this word; it is passed then. */
  skip(word: string): boolean {
    if (this.#all[this.#next]?.toUpperCase() !== word.toUpperCase()) return false;
    this.#next += 1;
    return true;
  }

  take(): string {
    const token = this.#all[this.#next];
    if (token === undefined) throw new SyntaxError('The expression ends too early');
    this.#next += 1;
    return token;
  }

  expect(word: string): void {
    if (!this.skip(word))
      throw new SyntaxError(`"${word}" is missing at "${this.#all[this.#next] ?? 'the end'}"`);
  }

  /** What a function is called with, in its parentheses. */
  arguments<Argument>(read: (tokens: Tokens) => Argument): Argument[] {
    this.expect('(');
    const found = [read(this)];
    while (this.skip(',')) found.push(read(this));
    this.expect(')');
    return found;
  }
}

const nameOf = (token: string, { names = {} }: Placeholders): string => {
  if (!token.startsWith('#')) return token;
  const name = names[token];
  if (name === undefined) throw new SyntaxError(`${token} stands for nothing`);
  return name;
};

function placedValue(token: string, { values = {} }: Placeholders): unknown {
  if (!(token in values)) throw new SyntaxError(`${token} stands for nothing`);
  return values[token];
}

/** A value, an attribute or `size(…)`. */
function readOperand(tokens: Tokens): Read {
  const token = tokens.take();
  if (token === 'size') {
    const [of = () => undefined] = tokens.arguments(readOperand);
    return (item, placeholders) => sizeOf(of(item, placeholders));
  }
  if (token.startsWith(':')) return (_, placeholders) => placedValue(token, placeholders);
  return (item, placeholders) => item[nameOf(token, placeholders)];
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Set) return value.size;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

/** -1, 0 or 1; `undefined` for values of two types, or of one without an order. */
function compare(one: unknown, other: unknown): number | undefined {
  if (typeof one === 'number' && typeof other === 'number') return Math.sign(one - other);
  if (typeof one === 'string' && typeof other === 'string')
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return undefined;
}

const isOrdered = (holds: (order: number) => boolean) => (one: unknown, other: unknown) => {
  const order = compare(one, other);
  return order !== undefined && holds(order);
};

const COMPARISONS: Readonly<Record<string, (one: unknown, other: unknown) => boolean>> = {
  '=': (one, other) => one !== undefined && isDeepStrictEqual(one, other),
  '<>': (one, other) => !isDeepStrictEqual(one, other),
  '<': isOrdered((order) => order < 0),
  '<=': isOrdered((order) => order <= 0),
  '>': isOrdered((order) => order > 0),
  '>=': isOrdered((order) => order >= 0),
};

const FUNCTIONS: Readonly<Record<string, (...values: unknown[]) => boolean>> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  begins_with: (value, begin) =>
    typeof value === 'string' && typeof begin === 'string' && value.startsWith(begin),
  contains: (value, part) =>
    value instanceof Set
      ? value.has(part)
      : typeof value === 'string'
        ? typeof part === 'string' && value.includes(part)
        : Array.isArray(value) && value.some((one) => isDeepStrictEqual(one, part)),
};

function readCondition(tokens: Tokens): Test {
  const alternatives = [readAll(tokens)];
  while (tokens.skip('OR')) alternatives.push(readAll(tokens));
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return only;
  return (item, placeholders) => alternatives.some((test) => test(item, placeholders));
}

function readAll(tokens: Tokens): Test {
  const tests = [readTest(tokens)];
  while (tokens.skip('AND')) tests.push(readTest(tokens));
  return (item, placeholders) => tests.every((test) => test(item, placeholders));
}

function readTest(tokens: Tokens): Test {
  if (tokens.skip('NOT')) {
    const test = readTest(tokens);
    return (item, placeholders) => !test(item, placeholders);
  }
  if (tokens.skip('(')) {
    const test = readCondition(tokens);
    tokens.expect(')');
    return test;
  }
  for (const [name, holds] of Object.entries(FUNCTIONS)) {
    if (!tokens.skip(name)) continue;
    const operands = tokens.arguments(readOperand);
    return (item, placeholders) => holds(...operands.map((read) => read(item, placeholders)));
  }
  return readComparison(tokens);
}

function readComparison(tokens: Tokens): Test {
  const left = readOperand(tokens);
  if (tokens.skip('BETWEEN')) {
    const low = readOperand(tokens);
    tokens.expect('AND');
    const high = readOperand(tokens);
    return (item, placeholders) => {
      const [from, to] = [low(item, placeholders), high(item, placeholders)];
      // As DynamoDB does, whatever the item.
      if ((compare(from, to) ?? 0) > 0)
        throw new RangeError(
          'The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
        );
      const value = left(item, placeholders);
      return (compare(value, from) ?? -1) >= 0 && (compare(value, to) ?? 1) <= 0;
    };
  }
  if (tokens.skip('IN')) {
    const operands = tokens.arguments(readOperand);
    return (item, placeholders) => {
      const value = left(item, placeholders);
      return (
        value !== undefined && operands.some((read) => isDeepStrictEqual(value, read(item, placeholders)))
      );
    };
  }
  const sign = tokens.take();
  const holds = COMPARISONS[sign];
  if (holds === undefined) throw new SyntaxError(`"${sign}" compares nothing`);
  const right = readOperand(tokens);
  return (item, placeholders) => holds(left(item, placeholders), right(item, placeholders));
}

const conditions = new Map<string, Test>();

/** A condition's text as a function, which is kept. @throws SyntaxError for what is not understood */
export function condition(text: string): Test {
  const known = conditions.get(text);
  if (known !== undefined) return known;
  const tokens = new Tokens(text);
  const test = readCondition(tokens);
  if (!tokens.isAtEnd) throw new SyntaxError(`"${tokens.take()}" is too much in ${text}`);
  conditions.set(text, test);
  return test;
}

/** What a clause does to one attribute: its value after the update, by the item before. */
type Change = { name: string; value: unknown };
type Clause = (before: Item, placeholders: Placeholders) => Change;

const VERBS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Verb = (typeof VERBS)[number];

const READERS: Readonly<Record<Verb, (tokens: Tokens) => Clause>> = {
  SET: (tokens) => {
    const name = tokens.take();
    tokens.expect('=');
    const read = readSetValue(tokens);
    return (before, placeholders) => ({
      name: nameOf(name, placeholders),
      value: read(before, placeholders),
    });
  },
  REMOVE: (tokens) => {
    const name = tokens.take();
    return (_, placeholders) => ({ name: nameOf(name, placeholders), value: undefined });
  },
  ADD: (tokens) =>
    changeOfValue(tokens, (old, added) => {
      if (added instanceof Set) return old instanceof Set ? new Set([...old, ...added]) : added;
      if (typeof added !== 'number') throw new TypeError('ADD takes a number or a set');
      return (typeof old === 'number' ? old : 0) + added;
    }),
  DELETE: (tokens) =>
    changeOfValue(tokens, (old, removed) => {
      if (!(old instanceof Set) || !(removed instanceof Set)) return old;
      const left = new Set([...old].filter((one) => !removed.has(one)));
      return left.size === 0 ? undefined : left;
    }),
};

function changeOfValue(tokens: Tokens, change: (old: unknown, value: unknown) => unknown): Clause {
  const name = tokens.take();
  const value = tokens.take();
  return (before, placeholders) => {
    const attribute = nameOf(name, placeholders);
    return { name: attribute, value: change(before[attribute], placedValue(value, placeholders)) };
  };
}

function readSetValue(tokens: Tokens): Read {
  const first = readSetOperand(tokens);
  const sign = tokens.skip('+') ? 1 : tokens.skip('-') ? -1 : 0;
  if (sign === 0) return first;
  const second = readSetOperand(tokens);
  return (item, placeholders) =>
    Number(first(item, placeholders)) + sign * Number(second(item, placeholders));
}

function readSetOperand(tokens: Tokens): Read {
  if (!tokens.skip('if_not_exists')) return readOperand(tokens);
  const [present = () => undefined, otherwise = () => undefined] = tokens.arguments(readOperand);
  return (item, placeholders) => present(item, placeholders) ?? otherwise(item, placeholders);
}

const updates = new Map<string, readonly Clause[]>();

function clausesOf(text: string): readonly Clause[] {
  const known = updates.get(text);
  if (known !== undefined) return known;
  const tokens = new Tokens(text);
  const clauses: Clause[] = [];
  while (!tokens.isAtEnd) {
    const verb = VERBS.find((one) => tokens.skip(one));
    if (verb === undefined) throw new SyntaxError(`"${tokens.take()}" begins no clause in ${text}`);
    do clauses.push(READERS[verb](tokens));
    while (tokens.skip(','));
  }
  updates.set(text, clauses);
  return clauses;
}

/** The item after an update; the one before stays as it is. @throws SyntaxError for what is not understood */
export function updated(before: Item, text: string, placeholders: Placeholders): Item {
  const after = { ...before };
  for (const clause of clausesOf(text)) {
    const { name, value } = clause(before, placeholders);
    if (value === undefined) delete after[name];
    else after[name] = value;
  }
  return after;
}
