import { readFile, writeFile } from 'node:fs/promises';
import { sha256Hex } from '../../functions/platform/util/hash.ts';
import type { Lake } from '../../functions/reports/fetch/lake.ts';

export type StoredObject = { body: Buffer; etag: string; reportSha256: string | undefined };

/** The bucket's rules without S3: `If-None-Match` for raw files, `If-Match` for tables. */
export function createMemoryLake(
  onReplace: (key: string, before: StoredObject | undefined, reportSha256: string) => void = () => undefined,
): Lake & { objects: ReadonlyMap<string, StoredObject> } {
  const objects = new Map<string, StoredObject>();
  let writes = 0;
  const put = (key: string, body: Buffer, reportSha256?: string): void => {
    writes += 1;
    objects.set(key, { body, etag: `"${writes}"`, reportSha256 });
  };
  return {
    objects,
    putRaw: async (key, { path }) => {
      const body = await readFile(path);
      if (!objects.has(key)) put(key, body);
    },
    getRaw: async (key, path) => {
      const { body } = objects.get(key) ?? { body: Buffer.alloc(0) };
      await writeFile(path, body);
      return { path, sha256: sha256Hex(body), bytes: body.length, head: body.subarray(0, 64) };
    },
    tableState: async (key) => {
      const object = objects.get(key);
      return { etag: object?.etag, reportSha256: object?.reportSha256 };
    },
    replaceTable: async (key, { path, reportSha256 }, { etag }) => {
      const body = await readFile(path);
      // mutation: table-as-it-was
      if (objects.get(key)?.etag !== etag) return false;
      onReplace(key, objects.get(key), reportSha256);
      put(key, body, reportSha256);
      return true;
    },
  };
}
