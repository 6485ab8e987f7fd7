import * as z from 'zod';

/** What a team is called: harmless in object keys, table keys, paths and commands. */
export const teamNameSchema = z
  .string('is missing')
  .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and -');
