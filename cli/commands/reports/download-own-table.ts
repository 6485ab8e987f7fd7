import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { sha256Hex } from '../../../functions/platform/util/hash.ts';
import type { OwnTable } from '../../../functions/tables/own-table.ts';
import type { Context } from '../../context/context.ts';
import { saveObject } from '../../deployment/save-object.ts';
import { TABLE_COPY } from './download-tables.ts';

/**
 * Brings a table that no report fills, such as `exchange_rates`, to this machine: its files lie under `tables/<name>/`, and
 * no ledger lists them.
 *
 * @param only of tables by team those of one team, of tables by day those from a day on
 * @returns the files on this machine
 */
export async function copyOwnTable(
  { aws, copies = TABLE_COPY }: Context,
  table: OwnTable,
  only: { team?: string | undefined; from?: string } = {},
): Promise<string[]> {
  const Bucket = await aws.output('LakeBucketName');
  const files: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await aws.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: `tables/${table.name}/`, ContinuationToken }),
    );
    for (const { Key, ETag } of page.Contents ?? []) {
      if (Key === undefined || !Key.endsWith('.parquet') || !isAskedFor(Key, only)) continue;
      // A file is written anew under its name; the name on this machine tells versions apart.
      const file = join(
        copies,
        Bucket,
        dirname(Key).slice('tables/'.length),
        `${sha256Hex(ETag ?? Key)}.parquet`,
      );
      files.push(file);
      if (!existsSync(file)) await saveObject(aws, { Bucket, Key }, file);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return files;
}

function isAskedFor(key: string, { team, from }: { team?: string | undefined; from?: string }): boolean {
  const [, of] = /\/team=([^/]+)\//.exec(key) ?? [];
  const [, day] = /\/report_date=([^/]+)\//.exec(key) ?? [];
  return (
    (team === undefined || of === undefined || of === team) &&
    (from === undefined || day === undefined || day >= from)
  );
}
