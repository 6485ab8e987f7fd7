import * as z from 'zod';
import { ACCOUNT } from '../base/account.ts';
import type { Backend } from '../base/http-message.ts';
import { jsonService, ServiceError } from '../gateway/json-service.ts';
import type { ResolvedResource } from '../template/resolved-stack.ts';

const columns = z.array(z.looseObject({ Name: z.string() }));
const tableInput = z.looseObject({
  Name: z.string(),
  StorageDescriptor: z.looseObject({ Columns: columns }).optional(),
  PartitionKeys: columns.optional(),
});
const declared = z.object({ DatabaseName: z.string(), TableInput: tableInput });
const named = z.object({ DatabaseName: z.string(), Name: z.string() });
const update = declared.extend({ VersionId: z.string().optional() });

type Table = { input: z.output<typeof tableInput>; version: number };

/** A stand-in of Glue's catalogue: the tables of the templates, read and changed one at a time. */
export function createGlue(resources: readonly ResolvedResource[]): Backend {
  const tables = new Map<string, Table>();
  for (const { type, properties } of resources) {
    if (type !== 'AWS::Glue::Table') continue;
    const { DatabaseName, TableInput } = declared.parse(properties);
    tables.set(`${DatabaseName}/${TableInput.Name}`, { input: TableInput, version: 0 });
  }
  const find = (database: string, name: string): Table => {
    const found = tables.get(`${database}/${name}`);
    if (found !== undefined) return found;
    throw new ServiceError('EntityNotFoundException', `Entity Not Found: ${database}.${name}`);
  };
  return jsonService('Glue', {
    GetTable: (input) => {
      const { DatabaseName, Name } = named.parse(input);
      const { input: table, version } = find(DatabaseName, Name);
      // Glue answers with attributes of its own, which it does not take back.
      return {
        Table: {
          ...table,
          DatabaseName,
          VersionId: String(version),
          CatalogId: ACCOUNT,
          CreateTime: 0,
        },
      };
    },
    UpdateTable: (input) => {
      const { DatabaseName, TableInput, VersionId } = update.parse(input);
      const known = find(DatabaseName, TableInput.Name);
      if (VersionId !== undefined && VersionId !== String(known.version))
        throw new ServiceError(
          'ConcurrentModificationException',
          'Update table failed due to concurrent modifications.',
        );
      tables.set(`${DatabaseName}/${TableInput.Name}`, { input: TableInput, version: known.version + 1 });
      return {};
    },
  });
}
