import * as z from 'zod';
import { formatProblems, JobError } from '../errors.ts';

const text = z.string('is not set; the stack sets it').min(1, 'is empty; the stack sets it');

/**
 * Every environment variable the functions know. A function picks those it needs, so that each that is
 * missing is named at the first invocation, together.
 */
export const environmentSchema = z.object({
  REPORTS_TABLE: text,
  BUDGET_TABLE: text,
  KEYS_TABLE: text,
  LAKE_BUCKET: text,
  REPORT_QUEUE_URL: text,
  PRICES_TABLE: text,
  PRICE_QUEUE_URL: text,
  APPLY_FUNCTION_NAME: text,
  /** Asked how large an effect of a planned price change would show. */
  EFFECTS_FUNCTION_NAME: text.optional(),
  EVENT_BUS_NAME: text,
  GLUE_DATABASE: text,
  NOTIFICATIONS_TOPIC_ARN: text,
  /** Set by Lambda. */
  AWS_REGION: text,
  APP_STORE_CONNECT_BASE_URL: z.url('must be a URL').default('https://api.appstoreconnect.apple.com'),
  /** Where the European Central Bank publishes its reference rates. */
  EXCHANGE_RATES_BASE_URL: z.url('must be a URL').default('https://www.ecb.europa.eu/stats/eurofxref/'),
  SCOPED_TOKENS: z.enum(['on', 'off'], 'must be on or off').default('on'),
});

/**
 * Reads some environment variables.
 *
 * @param schema what the function needs, for example `environmentSchema.pick({ REPORTS_TABLE: true })`
 * @throws JobError `ENVIRONMENT_INVALID` naming all that are missing or malformed
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new JobError({
    code: 'ENVIRONMENT_INVALID',
    message: `The function's environment is incomplete; deploy the stack again:\n${formatProblems(problems)}`,
    retryable: false,
  });
}
