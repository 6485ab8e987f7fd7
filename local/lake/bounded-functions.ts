import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';

/** Functions make no longer text, and no list of more items. DuckDB's memory limit does not count what they build. */
const LONGEST = 1_000_000;
const tooLong = (name: string): string =>
  `error('${name} would make a value of more than ${LONGEST} characters or items. Ask for less.')`;

/** A number of items between two numbers or two moments; NULL where the arguments are neither. */
const STEPS = `abs(CASE WHEN TRY_CAST(first::VARCHAR AS DOUBLE) IS NOT NULL
  THEN (TRY_CAST(last::VARCHAR AS DOUBLE) - TRY_CAST(first::VARCHAR AS DOUBLE)) / NULLIF(TRY_CAST(step::VARCHAR AS DOUBLE), 0)
  ELSE (epoch(TRY_CAST(last::VARCHAR AS TIMESTAMP)) - epoch(TRY_CAST(first::VARCHAR AS TIMESTAMP)))
    / NULLIF(epoch(TRY_CAST(step::VARCHAR AS INTERVAL)), 0) END)`;

/** Each function that makes a large value of small ones: its arguments, and how large the value would be. */
const GROWING: Readonly<Record<string, readonly (readonly [parameters: string, size: string])[]>> = {
  repeat: [['value, times', 'len(value)::DOUBLE * times']],
  lpad: [['value, size, fill', 'size']],
  rpad: [['value, size, fill', 'size']],
  bitstring: [['value, size', 'size']],
  ...ofEach(
    ['list_resize', 'array_resize'],
    [
      ['items, size', 'size'],
      ['items, size, fill', 'size'],
    ],
  ),
  ...ofEach(
    ['range', 'generate_series'],
    [
      ['last', 'last'],
      ['first, last', 'abs(last::DOUBLE - first::DOUBLE)'],
      ['first, last, step', STEPS],
    ],
  ),
};

function ofEach<Form>(names: readonly string[], forms: Form): Record<string, Form> {
  return Object.fromEntries(names.map((name) => [name, forms]));
}

/** Puts functions of the same names before DuckDB's own, which refuse to make a value that is too large. */
export async function boundFunctions(connection: Pick<DuckDBConnection, 'run'>): Promise<void> {
  for (const [name, forms] of Object.entries(GROWING))
    await connection.run(
      `CREATE MACRO ${name} ${forms
        .map(
          ([parameters, size]) =>
            `(${parameters}) AS CASE WHEN ${size} > ${LONGEST} THEN ${tooLong(name)} ELSE system.main.${name}(${parameters}) END`,
        )
        .join(', ')}`,
    );
}

const callSchema = z.object({
  type: z.literal('FUNCTION'),
  function_name: z.string(),
  schema: z.string().default(''),
  children: z.array(z.unknown()).default([]),
});
const textSchema = z.object({ type: z.literal('VALUE_CONSTANT'), value: z.object({ value: z.string() }) });

/** A width or precision of five digits, or one that stands in another argument. */
const WIDE = /\d{5}|\*|\{[^}]*\{/;

/**
 * Why a call of a parsed query would pass the bounds by; `undefined` where it does not.
 *
 * @param node of DuckDB's own form of the query
 */
export function unboundedCall(node: object): string | undefined {
  const call = callSchema.safeParse(node).data;
  if (call === undefined) return undefined;
  const name = call.function_name.toLowerCase();
  if (call.schema !== '' && Object.hasOwn(GROWING, name))
    return `${call.schema}.${name}: name it without its schema`;
  if (name !== 'printf' && name !== 'format') return undefined;
  const form = textSchema.safeParse(call.children[0]).data?.value.value;
  return form === undefined || WIDE.test(form)
    ? `${name}: its first argument must be a text in quotes, with widths of four digits at most`
    : undefined;
}
