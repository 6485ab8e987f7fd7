import { type Backend, jsonResponse } from '../base/http-message.ts';
import { type JsonObject, parseObject } from '../base/json.ts';

/** An error as an AWS service with the JSON 1.1 protocol answers it. */
export class ServiceError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
  }
}

/** One API operation: input in, output out, or a {@link ServiceError}. */
export type Operation = (input: JsonObject) => JsonObject | Promise<JsonObject>;

/** A stand-in of a service that speaks JSON 1.1; an operation it lacks is refused by name. */
export function jsonService(name: string, operations: Record<string, Operation>): Backend {
  return async ({ operation, body }) => {
    const run = operations[operation];
    try {
      if (run === undefined) {
        throw new ServiceError('UnknownOperationException', `The local ${name} has no ${operation}`);
      }
      return jsonResponse(200, await run(parseObject(body.toString('utf8'))));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return jsonResponse(
        400,
        { __type: error.code, message: error.message, Message: error.message },
        { 'x-amzn-errortype': error.code },
      );
    }
  };
}
