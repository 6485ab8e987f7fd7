import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod';

/**
 * Asks a function that answers with an outcome.
 *
 * @returns `undefined` when the function failed or its answer has another form
 */
export async function askForOutcome<T extends z.ZodType>(
  lambda: LambdaClient,
  functionName: string,
  question: object,
  answer: T,
): Promise<z.output<T> | undefined> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(question) }),
  );
  if (FunctionError !== undefined) return undefined;
  return answer.safeParse(JSON.parse(Payload?.transformToString() ?? '')).data;
}
