import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Aws } from '../context/context.ts';

/** Writes an object of the lake into a file on this machine; makes its directory. */
export async function saveObject(
  { s3 }: Pick<Aws, 's3'>,
  { Bucket, Key }: { Bucket: string; Key: string },
  file: string,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
}
