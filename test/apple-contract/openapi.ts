import { readFileSync } from 'node:fs';
import { builtContract } from './build/contract-cache.ts';
import { type OpenApi, readOpenApi } from './build/openapi-schema.ts';

/** Another OpenAPI file to check against, such as a newer one of Apple's own. */
const OTHER_FILE = process.env['APPLE_OPENAPI'];

/** Apple's contract: the file that `APPLE_OPENAPI` names, else the one that is built from the npm package. */
export const appleOpenApi = (): OpenApi =>
  readOpenApi(OTHER_FILE === undefined ? builtContract() : JSON.parse(readFileSync(OTHER_FILE, 'utf8')));
