import * as z from 'zod';

/** What a `cdk.json` holds of ours: the settings, not looked into. */
export const cdkJsonSchema = z.object({ context: z.object({ appStoreConnect: z.unknown() }) });
