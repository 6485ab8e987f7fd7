import fc from 'fast-check';

/** Text that has broken programs: of SQL, HTML, shells, paths, spreadsheets, terminals, numbers, prototypes. */
const NASTY = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nX-Injected: 1',
  'line\nbreak',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '..\\..\\',
  '/v1/users',
  'https://169.254.169.254/latest/meta-data',
  '=HYPERLINK("http://evil.example")',
  '@SUM(A1)',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE prices; --",
  '$(reboot)',
  '`id`',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u202egnp.exe',
  '\ud800',
  '\udfff\ud800',
  '💶'.repeat(20),
  'ﷺ'.repeat(30),
  'İ',
  'a'.repeat(300),
  '9'.repeat(400),
  '1e400',
  '-0',
  '0x10',
  '١٢٣',
  'NaN',
  'Infinity',
  '2026-02-30',
  '9999-12-31',
  '0000-01-01',
  '-000001-01-01',
  '2026-11-24T25:61:61Z',
  'acme#other',
  'USA',
  'usa',
  'null',
  'true',
] as const;

const drawnText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(200, 2_000, 20_000).map((length) => 'x'.repeat(length)) },
);

/** Drawn once, then picked from: drawing anew for each of a hundred thousand cases takes longer than trying them. */
function pooled<Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  const pool = fc.sample(values, { numRuns: 2_000, seed: 7 });
  return fc.constantFrom(...pool);
}

export const nastyText = pooled(drawnText);

const nastyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.1 + 0.2, 1e21, 1e-7, 2 ** 53, -(2 ** 53), Number.MAX_VALUE, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Arrays or objects in each other: 20 000 levels are a few hundred kilobytes. */
export const deep = (levels: number, kind: 'list' | 'object'): unknown =>
  JSON.parse(
    kind === 'list'
      ? '['.repeat(levels) + ']'.repeat(levels)
      : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  );

const nastyShape = fc.oneof(
  { weight: 6, arbitrary: drawnText },
  { weight: 3, arbitrary: nastyNumber },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      [],
      {},
      [[]],
      [null],
      JSON.parse('{"__proto__":{"polluted":true}}'),
      JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** Any JSON, most of it small; now and then so deep that naive recursion breaks. */
export const nastyJson: fc.Arbitrary<unknown> = pooled(
  fc.oneof(
    { weight: 300, arbitrary: nastyShape },
    {
      weight: 1,
      arbitrary: fc.constantFrom('list' as const, 'object' as const).map((kind) => deep(20_000, kind)),
    },
  ),
);

type Place = { holder: unknown[] | Record<string, unknown>; name: string | number };

function placesIn(value: unknown, places: Place[] = [], depth = 0): Place[] {
  if (depth > 20) return places;
  if (Array.isArray(value)) {
    for (const [name, inner] of value.entries()) {
      places.push({ holder: value, name });
      placesIn(inner, places, depth + 1);
    }
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      places.push({ holder: value, name });
      placesIn(inner, places, depth + 1);
    }
  }
  return places;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const set = ({ holder, name }: Place, value: unknown): void => {
  // As JSON.parse does it: `__proto__` is a name like any other.
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
};

/** A copy, as the pool must stay as it was drawn. What is too deep to be copied is the pool's own. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

const get = ({ holder, name }: Place): unknown =>
  Array.isArray(holder) ? holder[Number(name)] : holder[String(name)];

type Mutation = {
  at: number;
  kind: 'replace' | 'drop' | 'add' | 'wrap' | 'swap';
  value: unknown;
  name: string;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1000),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'drop', 'add', 'wrap', 'swap'),
  value: nastyJson,
  name: nastyText,
});

/** A good value with up to three faults anywhere inside it; sometimes none, sometimes something else altogether. */
export const mutated = (...good: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc
        .tuple(fc.constantFrom(...good), fc.array(mutation, { maxLength: 3 }))
        .map(([value, mutations]) => mutations.reduce(mutate, structuredClone(value))),
    },
    { weight: 1, arbitrary: nastyJson },
  );

function mutate(value: unknown, { at, kind, value: drawn, name }: Mutation): unknown {
  const other = copyOf(drawn);
  const places = placesIn(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return other;
  switch (kind) {
    case 'replace':
      set(place, other);
      break;
    case 'drop':
      if (Array.isArray(place.holder)) place.holder.splice(Number(place.name), 1);
      else delete place.holder[String(place.name)];
      break;
    case 'add':
      if (Array.isArray(place.holder)) place.holder.push(other);
      else set({ holder: place.holder, name }, other);
      break;
    case 'wrap':
      set(place, [get(place)]);
      break;
    case 'swap':
      set(place, get(places[(at * 7 + 3) % places.length] ?? place));
      break;
  }
  return isCyclic(value) ? other : value;
}

/** `swap` may put a value inside itself, which JSON cannot. */
function isCyclic(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null || above.length > 50) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((inner) => isCyclic(inner, [...above, value]));
}

/** Text with characters cut out, doubled, or replaced. */
export const damaged = (...good: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...good),
      fc.array(fc.record({ at: fc.nat(100_000), cut: fc.nat(20), text: nastyText }), { maxLength: 3 }),
    )
    .map(([text, faults]) =>
      faults.reduce((damagedText, { at, cut, text: inserted }) => {
        const place = at % (damagedText.length + 1);
        return damagedText.slice(0, place) + inserted + damagedText.slice(place + cut);
      }, text),
    );
