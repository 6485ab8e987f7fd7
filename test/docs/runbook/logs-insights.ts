/** A line of a function's log: JSON, as CloudWatch Logs Insights sees it. */
type Line = Readonly<Record<string, unknown>>;

/** What a query finds: the lines that pass its filters, and the fields that it shows of them. */
export type Found = { lines: readonly Line[]; fields: readonly string[] };

/**
 * Plays the part of CloudWatch Logs Insights' language that the runbook uses: `filter` with `=`, `!=`, `in`, `like`,
 * `ispresent`, `and`, `or`; `fields`; of `stats` the fields that it names. Anything else is an error.
 *
 * @param lines what functions printed; lines that are no JSON have an `@message` only
 */
export function askLogs(query: string, lines: readonly string[]): Found {
  let found = lines.map(parseLine);
  const fields: string[] = [];
  for (const command of query.trim().split(/\n\s*\|\s*/)) {
    const [, word = '', rest = ''] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
    if (word === 'filter') {
      const test = new Filter(rest).read();
      found = found.filter(test);
    } else if (word === 'fields') fields.push(...rest.split(',').map((name) => name.trim()));
    else if (word === 'stats') fields.push(...fieldsOfStats(rest));
    else if (word !== 'sort' && word !== 'limit') throw new Error(`Not understood: ${command}`);
  }
  return { lines: found, fields };
}

/** The value under a path such as `diagnoses.0.cause`. */
export function fieldOf(line: unknown, path: string): unknown {
  let value = line;
  for (const name of path.startsWith('@') ? [path] : path.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

function parseLine(text: string): Line {
  const own = { '@message': text, '@timestamp': text };
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? { ...json, ...own } : own;
  } catch {
    return own;
  }
}

/** `latest(newestSettled) as newest, count(*) as runs by series`: newestSettled and series. */
function fieldsOfStats(text: string): string[] {
  const [sums = '', by = ''] = text.split(/\s+by\s+/);
  const summed = [...sums.matchAll(/\((\*|[@\w.]+)\)/g)].map(([, name = '']) => name);
  const grouped = by.split(',').map((name) => name.trim());
  return [...summed, ...grouped].filter((name) => name !== '*' && name !== '' && !name.startsWith('bin('));
}

type Test = (line: Line) => boolean;

/** A condition, read from left to right; `and` binds closer than `or`. */
class Filter {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/'[^']*'|\/(?:[^/\\]|\\.)+\/|!=|=|[[\](),]|[@\w.]+/g) ?? [];
  }

  read(): Test {
    const test = this.#or();
    if (this.#at < this.#tokens.length) throw new Error(`Not understood: ${this.#tokens.slice(this.#at)}`);
    return test;
  }

  #next(expected?: string): string {
    const token = this.#tokens[this.#at] ?? '';
    if (expected !== undefined && token !== expected) throw new Error(`${expected} expected, found ${token}`);
    this.#at += 1;
    return token;
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #or(): Test {
    const left = this.#and();
    if (!this.#takes('or')) return left;
    const right = this.#or();
    return (line) => left(line) || right(line);
  }

  #and(): Test {
    const left = this.#comparison();
    if (!this.#takes('and')) return left;
    const right = this.#and();
    return (line) => left(line) && right(line);
  }

  #comparison(): Test {
    const path = this.#next();
    if (path === 'ispresent') {
      this.#next('(');
      const name = this.#next();
      this.#next(')');
      return (line) => fieldOf(line, name) !== undefined;
    }
    const operator = this.#next();
    if (operator === 'in') {
      const values = this.#list();
      return (line) => values.includes(String(fieldOf(line, path)));
    }
    if (operator === 'like') {
      const pattern = new RegExp(this.#next().slice(1, -1));
      return (line) => pattern.test(String(fieldOf(line, path) ?? ''));
    }
    const value = this.#next().slice(1, -1);
    if (operator === '=') return (line) => fieldOf(line, path) === value;
    if (operator === '!=') return (line) => fieldOf(line, path) !== value;
    throw new Error(`Not understood: ${path} ${operator}`);
  }

  #list(): string[] {
    this.#next('[');
    const values: string[] = [];
    do values.push(this.#next().slice(1, -1));
    while (this.#takes(','));
    this.#next(']');
    return values;
  }
}
