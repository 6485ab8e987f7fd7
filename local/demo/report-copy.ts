import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { LocalCloud } from '../aws/index.ts';

/** Copies every object of the lake into a directory, emptied first, so that it outlives the run. */
export async function copyLake(cloud: LocalCloud, directory: string): Promise<string[]> {
  await rm(directory, { recursive: true, force: true });
  const s3 = new S3Client(cloud.clientConfig);
  const Bucket = cloud.nameOf('AWS::S3::Bucket', 'Lake');
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key } of Contents) {
      if (Key === undefined) continue;
      const path = resolve(directory, Key);
      if (!path.startsWith(resolve(directory) + sep))
        throw new Error(`The object key ${Key} leads out of ${directory}`);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
      keys.push(Key);
    }
  }
  s3.destroy();
  return keys.sort();
}

/** Where the run leaves its files: `.local/lake` in the project. */
export const LAKE_COPY = join(import.meta.dirname, '../..', '.local', 'lake');
