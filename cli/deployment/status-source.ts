import type { StatusSource } from '../../functions/status/read/read-status.ts';
import type { Context } from '../context/context.ts';

/** The deployment's tables and bucket, for whoever reads its status. */
export async function statusSource({ aws, settings, io, endpoint, place }: Context): Promise<StatusSource> {
  return {
    documents: aws.documents,
    s3: aws.s3,
    tables: {
      reports: await aws.output('ReportsTableName'),
      prices: await aws.output('PricesTableName'),
      keys: await aws.output('KeysTableName'),
    },
    bucket: await aws.output('LakeBucketName'),
    settings,
    clock: io,
    name: place ?? (endpoint === undefined ? 'AWS' : `the stack at ${endpoint}`),
  };
}
