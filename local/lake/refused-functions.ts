import type { DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { unboundedCall } from './bounded-functions.ts';

/**
 * Table functions that a query may call: they make rows of what the query itself says. Others read files, run other text as
 * SQL, or change what DuckDB does: `FROM enable_logging(storage := 'stdout')` is a SELECT and writes to the standard output,
 * which is the channel of the protocol; with another storage it ends the process.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'generate_series',
  'generate_subscripts',
  'json_each',
  'json_tree',
  'range',
  'repeat_row',
  'unnest',
]);

/** DuckDB's own form of a parsed query. */
const parsedSchema = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({ error: z.literal(true), error_message: z.string().optional() }),
]);
const callSchema = z.object({
  type: z.literal('TABLE_FUNCTION'),
  function: z.object({ function_name: z.string() }),
});

/**
 * The functions of a query that may not be called, by DuckDB's own parser: table functions by name, and calls that pass the
 * bounds of values by, in words.
 *
 * @returns `undefined` where DuckDB cannot say what the query holds, which is no reason to trust it
 */
export async function refusedFunctions(
  connection: Pick<DuckDBConnection, 'runAndReadAll'>,
  sql: string,
): Promise<{ tables: string[]; unbounded: string[] } | undefined> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR) AS parsed', [sql]);
  const parsed = parsedSchema.safeParse(JSON.parse(String(reader.getRowObjectsJson()[0]?.['parsed'])));
  if (!parsed.success || parsed.data.error) return undefined;
  const called = new Set<string>();
  const unbounded = new Set<string>();
  collectCalls(parsed.data.statements, called, unbounded);
  return { tables: [...called].filter((name) => !HARMLESS.has(name)), unbounded: [...unbounded] };
}

function collectCalls(node: unknown, called: Set<string>, unbounded: Set<string>): void {
  const open: unknown[] = [node];
  while (open.length > 0) {
    const current = open.pop();
    if (typeof current !== 'object' || current === null) continue;
    const call = callSchema.safeParse(current);
    if (call.success) called.add(call.data.function.function_name.toLowerCase());
    const why = unboundedCall(current);
    if (why !== undefined) unbounded.add(why);
    open.push(...Object.values(current));
  }
}
