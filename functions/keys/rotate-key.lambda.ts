import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { connectKeys } from './dependencies.ts';
import { parseRotateRequest, rotateKey } from './rotate/rotate-key.ts';

const log = createLog();
let dependencies: ReturnType<typeof connectKeys> | undefined;

/** Invoked by a person, through `asc-jobs keys rotate`: rotates to the key under the label CANDIDATE. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  dependencies ??= connectKeys(log);
  const ask = dependencies.askWithin(() => context.getRemainingTimeInMillis());
  return rotateKey({ ...dependencies, ask }, parseRotateRequest(event));
});
