import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { sha256Hex } from '../../../functions/platform/util/hash.ts';
import type { Context } from '../../context/context.ts';
import { TABLE_COPY } from './download-tables.ts';

/**
 * Brings a table that no report fills, such as `exchange_rates`, to this machine: its few files lie under
 * `tables/<name>/`, and no ledger lists them.
 *
 * @returns its files by its name; empty where there is none
 */
export async function copyOwnTable(
  { aws, copies = TABLE_COPY }: Context,
  table: string,
): Promise<ReadonlyMap<string, string[]>> {
  const Bucket = await aws.output('LakeBucketName');
  const files: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await aws.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: `tables/${table}/`, ContinuationToken }),
    );
    for (const { Key, ETag } of page.Contents ?? []) {
      if (Key === undefined || !Key.endsWith('.parquet')) continue;
      // A file is written anew under its name; the name on this machine tells versions apart.
      const file = join(
        copies,
        Bucket,
        dirname(Key).slice('tables/'.length),
        `${sha256Hex(ETag ?? Key)}.parquet`,
      );
      files.push(file);
      if (existsSync(file)) continue;
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return files.length === 0 ? new Map() : new Map([[table, files]]);
}
