import type { CfnTable } from 'aws-cdk-lib/aws-glue';
import { type Column, glueType } from '../../functions/reports/table/column-type.ts';

export type ParquetTable = {
  name: string;
  description: string;
  bucket: string;
  columns: readonly (Pick<Column, 'name' | 'type'> & { header?: string; comment?: string })[];
  /** The column by which each row names the file it comes from; default `true`. */
  withSha256?: boolean;
  /** The partitions in the order of the object key, each with how its values are enumerated (`projection.<name>.…`). */
  partitions: Record<string, Record<string, string>>;
};

const SHA256 = {
  name: 'report_sha256',
  type: 'string',
  comment: 'SHA-256 of the file that the row comes from.',
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
        ...columns.map(({ name: column, type, ...about }) => ({
          name: column,
          type: glueType(type),
          comment: commentOf(about),
        })),
        ...(withSha256 ? [SHA256] : []),
      ],
      inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    },
  };
}

/** What a column means; of Apple's reports the header in Apple's file leads to Apple's page. Glue takes 255 characters. */
const commentOf = ({ header, comment }: { header?: string; comment?: string }): string =>
  (comment ?? `Apple's column ${header ?? ''}.`).slice(0, 255);
