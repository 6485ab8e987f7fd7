import { randomUUID } from 'node:crypto';
import type { RouteResponse } from './response.ts';

/** What part of the request an error speaks of, as in Apple's `ErrorSourceParameter` and `ErrorSourcePointer`. */
export type ErrorSource = { parameter: string } | { pointer: string };

export type RefusalInit = {
  status: number;
  /** Apple's hierarchical code, such as `PARAMETER_ERROR.INVALID`. */
  code: string;
  title: string;
  detail: string;
  source?: ErrorSource;
  headers?: Readonly<Record<string, string>>;
  /** The precise reason. Kept in the journal of requests only; like Apple, the response does not tell it. */
  reason?: string;
  /** Further errors of the same request; the envelope lists them after this one. */
  others?: readonly Refusal[];
};

/**
 * A request that is refused. Thrown anywhere while a request is answered; the server turns it into Apple's error
 * envelope (page "Interpreting and Handling Errors": id, status as a string, code, title, detail, source).
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly source: ErrorSource | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly others: readonly Refusal[];

  constructor(init: RefusalInit) {
    super(`${init.status} ${init.code}: ${init.detail}`);
    this.name = new.target.name;
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    this.source = init.source;
    this.headers = init.headers ?? {};
    this.reason = init.reason ?? init.detail;
    this.others = init.others ?? [];
  }
}

/** The response that carries a refusal. */
export function errorResponse(refusal: Refusal): RouteResponse {
  const { status, headers } = refusal;
  const errors = [refusal, ...refusal.others].map(({ code, title, detail, source, ...error }) => ({
    id: randomUUID(),
    status: String(error.status),
    code,
    title,
    detail,
    ...(source && { source }),
  }));
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ errors }, null, 2)),
  };
}

/** 400: the parameter is not one of this resource. */
export const illegalParameter = (parameter: string): Refusal =>
  new Refusal({
    status: 400,
    code: 'PARAMETER_ERROR.ILLEGAL',
    title: 'A parameter is not allowed',
    detail: `The parameter '${parameter}' can not be used with this request`,
    source: { parameter },
  });

/** 400: the parameter has to be there. */
export const missingParameter = (
  parameter: string,
  detail = `The parameter '${parameter}' is required but was not provided`,
): Refusal =>
  new Refusal({
    status: 400,
    code: 'PARAMETER_ERROR.REQUIRED',
    title: 'A required parameter is missing',
    detail,
    source: { parameter },
  });

/** 400: the parameter's value is not one that Apple takes. */
export const invalidParameter = (parameter: string, detail: string): Refusal =>
  new Refusal({
    status: 400,
    code: 'PARAMETER_ERROR.INVALID',
    title: 'A parameter has an invalid value',
    detail,
    source: { parameter },
  });

/** 501, in words of our own: Apple has it, the simulator does not play it. */
export const notPlayed = (what: string): Refusal =>
  new Refusal({
    status: 501,
    code: 'SIMULATOR.NOT_PLAYED',
    title: 'The simulator does not play this part of App Store Connect',
    detail: `App Store Connect has ${what}, but the simulator does not. This is not an answer of Apple.`,
    reason: 'not-played',
  });

/** 404: nothing lives at this path, or nothing has this id. */
export const notFound = (detail: string, reason?: string): Refusal =>
  new Refusal({
    status: 404,
    code: 'NOT_FOUND',
    title: 'The specified resource does not exist',
    detail,
    ...(reason === undefined ? {} : { reason }),
  });

/** 404: the resource is absent, or another team's. */
export const noResource = (type: string, id: string): Refusal =>
  notFound(`There is no resource of type '${type}' with id '${id}'`);
