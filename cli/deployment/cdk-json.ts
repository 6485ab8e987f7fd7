import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { readStoredJson } from '../../functions/platform/validation/read-json.ts';

/** What a `cdk.json` holds of ours: the settings, not looked into, and where the project of `asc-jobs init` is deployed to. */
export const cdkJsonSchema = z.object({
  context: z.object({ appStoreConnect: z.unknown(), region: z.string().optional().catch(undefined) }),
});

/**
 * The region that a project is deployed to, chosen as its `app.mjs` does: AWS_REGION, or else what its cdk.json says.
 *
 * @returns `undefined` where neither says one: it is that of the AWS profile then
 */
export const projectRegion = (
  env: NodeJS.ProcessEnv,
  cdkJson: z.output<typeof cdkJsonSchema> | undefined,
): string | undefined => env['AWS_REGION'] || cdkJson?.context.region;

/** What a `cdk.json` file holds of ours; `undefined` where there is no such file, or nothing of ours in it. */
export function cdkJsonIn(file: string): z.output<typeof cdkJsonSchema> | undefined {
  return existsSync(file) ? readStoredJson(readFileSync(file, 'utf8'), cdkJsonSchema) : undefined;
}
