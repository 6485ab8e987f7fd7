import * as z from 'zod';
import { isDay } from '../../prices/pacific-day.ts';
import { type ErrorSource, Refusal } from '../../rules/apple-error.ts';

/** A to-one relationship that has to be there. */
export const toOne = (type: string) => z.object({ data: identifier(type) });

export const identifier = (type: string) => z.object({ type: z.literal(type), id: z.string().min(1) });

/** A day, or null. */
export const startOrEnd = z.string().refine(isDay, 'is not a date of the form yyyy-MM-dd').nullish();

/** Reads a request's JSON. What is missing is a 409 that names it, what can't be understood is a 422. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: Uint8Array): z.output<Schema> {
  const read = schema.safeParse(parse(body));
  if (read.success) return read.data;
  throwAll(read.error.issues.map((issue) => refusalOf(issue)));
  throw read.error;
}

/** 409: an attribute's value is refused. */
export const attributeRefused = (pointer: string, detail: string, code = 'ENTITY_ERROR.ATTRIBUTE.INVALID') =>
  conflict(code, 'An attribute value is invalid.', detail, pointer);

/** 409: a relationship leads to something that can't be used here. */
export const relationshipRefused = (pointer: string, detail: string) =>
  conflict(
    'ENTITY_ERROR.RELATIONSHIP.INVALID',
    'The provided entity includes a relationship with an invalid value',
    detail,
    pointer,
  );

/** 409: the product's state does not allow it. */
export const stateRefused = (pointer: string, detail: string) =>
  conflict(
    'STATE_ERROR',
    'The request cannot be fulfilled because of the state of another resource.',
    detail,
    pointer,
  );

/** 409 with the place in the request's JSON that is to blame. */
export const conflict = (code: string, title: string, detail: string, pointer: string): Refusal =>
  new Refusal({ status: 409, code, title, detail, source: { pointer } });

/** Throws all refusals as one answer, if there are any: Apple tells what is wrong with each included item. */
export function throwAll(refusals: readonly Refusal[]): void {
  const [first, ...others] = refusals;
  if (first === undefined) return;
  const { status, code, title, detail, source, reason } = first;
  throw new Refusal({ status, code, title, detail, reason, others, ...(source && { source }) });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw unprocessable('The request entity is not valid JSON.', []);
  }
}

function refusalOf(issue: z.core.$ZodIssue): Refusal {
  if (issue.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    const detail = `The attribute '${name}' does not exist on the type of this resource`;
    return attributeRefused(pointerOf([...issue.path, name]), detail, 'ENTITY_ERROR.ATTRIBUTE.UNKNOWN');
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  if (!missing) return unprocessable(`Unexpected or invalid value at '${issue.path.join('.')}'.`, issue.path);
  const name = String(issue.path.at(-1) ?? '');
  return conflict(
    'ENTITY_ERROR.ATTRIBUTE.REQUIRED',
    'The provided entity is missing a required attribute',
    `You must provide a value for the attribute '${name}' with this request`,
    pointerOf(issue.path),
  );
}

function unprocessable(detail: string, path: readonly PropertyKey[]): Refusal {
  const source: ErrorSource = { pointer: pointerOf(path) };
  const title = 'The request entity is not a valid request document object';
  return new Refusal({ status: 422, code: 'ENTITY_UNPROCESSABLE', title, detail, source });
}

const pointerOf = (path: readonly PropertyKey[]): string => `/${path.map(String).join('/')}`;
