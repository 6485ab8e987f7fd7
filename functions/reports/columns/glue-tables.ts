import {
  type Column,
  GetTableCommand,
  type GlueClient,
  type Table,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { AddedColumn } from './added-columns.ts';

/** The declared tables of the lake. */
export type DeclaredTables = {
  /** The names of a table's columns and partitions; `undefined` where no such table is declared. */
  columnsOf(table: string): Promise<Set<string> | undefined>;
  /**
   * Declares columns behind those that a table has. Nothing else of the table changes.
   *
   * @throws what Glue throws; also when somebody else has changed the table since it was read
   */
  addColumns(table: string, columns: readonly AddedColumn[]): Promise<void>;
};

/** Glue takes 255 characters. */
const commentOf = (header: string): string =>
  `Apple's column ${header}; Apple has added it, and the deployed version does not know it.`.slice(0, 255);

/** The tables of a Glue database. */
export function createGlueTables(glue: GlueClient, database: string): DeclaredTables {
  const read = async (name: string): Promise<Table | undefined> => {
    try {
      return (await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }))).Table;
    } catch (error) {
      if (error instanceof Error && error.name === 'EntityNotFoundException') return undefined;
      throw error;
    }
  };
  return {
    columnsOf: async (name) => {
      const table = await read(name);
      return table === undefined ? undefined : new Set(namesOf(table));
    },
    addColumns: async (name, columns) => {
      const table = await read(name);
      if (table === undefined) return;
      const known = new Set(namesOf(table));
      const added = columns
        .filter((column) => !known.has(column.name))
        .map(
          (column): Column => ({ Name: column.name, Type: column.type, Comment: commentOf(column.header) }),
        );
      if (added.length === 0) return;
      await glue.send(
        new UpdateTableCommand({
          DatabaseName: database,
          // Refused where a deployment has changed the table in between: the next run reads it anew.
          ...(table.VersionId !== undefined && { VersionId: table.VersionId }),
          TableInput: {
            ...inputOf(table, name),
            StorageDescriptor: {
              ...table.StorageDescriptor,
              Columns: [...(table.StorageDescriptor?.Columns ?? []), ...added],
            },
          },
        }),
      );
    },
  };
}

const namesOf = ({ StorageDescriptor, PartitionKeys = [] }: Table): string[] =>
  [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].flatMap(({ Name }) => Name ?? []);

/** What of a table may be written back; the rest is Glue's own. */
const inputOf = (table: Table, name: string) => ({
  Name: name,
  ...(table.Description !== undefined && { Description: table.Description }),
  ...(table.Owner !== undefined && { Owner: table.Owner }),
  ...(table.Retention !== undefined && { Retention: table.Retention }),
  ...(table.PartitionKeys !== undefined && { PartitionKeys: table.PartitionKeys }),
  ...(table.TableType !== undefined && { TableType: table.TableType }),
  ...(table.Parameters !== undefined && { Parameters: table.Parameters }),
});
