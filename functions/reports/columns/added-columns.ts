import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { type Column, glueType } from '../table/column-type.ts';

const addedColumnSchema = z.object({
  /** The table's name, such as `sales_summary_daily`. */
  table: z.string(),
  /** The column's name in the table. */
  name: z.string(),
  /** Apple's header. */
  header: z.string(),
  /** In Glue's words; the same as in the Parquet files. */
  type: z.string(),
});

/** A column that files have and the deployed template does not declare. */
export type AddedColumn = z.output<typeof addedColumnSchema>;

/** The columns that Apple has sent beyond those that are declared at deployment, for all tables. */
export type AddedColumns = {
  /** Notes columns of a table. A repeat changes nothing: the first type stays. */
  note(table: string, columns: readonly Column[]): Promise<void>;
  list(): Promise<AddedColumn[]>;
};

const PARTITION_KEY = 'columns';
/** Glue takes names of 255 characters, and a table of Athena no more columns than a file may have. */
const MAXIMUM_NAME = 255;

/** The added columns on the DynamoDB table `Reports`: pk = `columns`, sk = `<table>#<column>`. */
export function createAddedColumns(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): AddedColumns {
  const { documents, clock } = options;
  /** What this process has noted: each file of a report has the same columns. */
  const noted = new Set<string>();
  return {
    note: async (table, columns) => {
      for (const column of columns) {
        const sk = `${table}#${column.name}`;
        if (noted.has(sk) || column.name.length > MAXIMUM_NAME) continue;
        await conditionalUpdate(documents, {
          table: options.table,
          key: { pk: PARTITION_KEY, sk },
          set: {
            table,
            name: column.name,
            header: column.header,
            type: glueType(column.type),
            addedAt: clock.now(),
          },
          condition: 'attribute_not_exists(#pk)',
        });
        noted.add(sk);
      }
    },
    list: async () => {
      const columns: AddedColumn[] = [];
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: options.table,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': PARTITION_KEY },
        },
      );
      for await (const { Items = [] } of pages)
        columns.push(...Items.map((item) => addedColumnSchema.parse(item)));
      return columns;
    },
  };
}
