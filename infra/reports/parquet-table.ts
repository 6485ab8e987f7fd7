import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Column, ColumnType } from '../../functions/reports/table/column-type.ts';

export type ParquetTable = {
  name: string;
  description: string;
  bucket: string;
  columns: readonly (Pick<Column, 'name' | 'type'> & { comment?: string })[];
  /** The column by which each row of a report names its raw file; tables that are no report have none. */
  withSha256?: boolean;
  /** The partitions in the order of the object key, each with how its values are enumerated (`projection.<name>.…`). */
  partitions: Record<string, Record<string, string>>;
};

/** A Glue table over Parquet files whose partitions are known by projection, so that a new day needs no crawler. */
export function parquetTable({
  name,
  description,
  bucket,
  columns,
  withSha256 = true,
  partitions,
}: ParquetTable): CfnTable.TableInputProperty {
  const location = `s3://${bucket}/tables/${name}/`;
  const projection = Object.entries(partitions).flatMap(([partition, rules]) =>
    Object.entries(rules).map(([rule, value]) => [`projection.${partition}.${rule}`, value]),
  );
  const template = Object.keys(partitions).map((partition) => `${partition}=\${${partition}}/`);
  return {
    name,
    description,
    tableType: 'EXTERNAL_TABLE',
    parameters: {
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'projection.enabled': 'true',
      ...Object.fromEntries(projection),
      'storage.location.template': `${location}${template.join('')}`,
    },
    partitionKeys: Object.keys(partitions).map((partition) => ({ name: partition, type: 'string' })),
    storageDescriptor: {
      location,
      columns: [
        ...columns.map(({ name: column, type, comment }) => ({
          name: column,
          type: glueType(type),
          ...(comment !== undefined && { comment }),
        })),
        ...(withSha256 ? [{ name: 'report_sha256', type: 'string' }] : []),
      ],
      inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    },
  };
}

/** The type of a column in Glue's words: the same as in the Parquet file. */
export function glueType(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}
