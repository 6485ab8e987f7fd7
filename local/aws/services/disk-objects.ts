import { createHash, randomUUID } from 'node:crypto';
import { type Dirent, existsSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isFileName } from '../base/file-name.ts';
import {
  type Backend,
  escapeXml,
  type GatewayRequest,
  type GatewayResponse,
  objectOf,
  s3Error,
  xmlResponse,
} from '../base/http-message.ts';

/** Beside the objects, where no key leads: what S3 keeps of an object but its bytes, and files that are being written. */
const ASIDE = '.objects';
const METADATA = 'x-amz-meta-';

/**
 * Objects of one bucket as plain files: an object's key is its path below the directory. Together with `createS3` it
 * keeps S3's conditional writes.
 *
 * A file appears whole or not at all: it is written aside and renamed. The metadata of an object is kept under the
 * digest of its bytes and written before them, so that no crash leaves an object with another one's metadata.
 *
 * @param onWriteError is told of each write that the disk refuses; the client only sees a failed request
 */
export function createDiskObjects(directory: string, onWriteError: (error: unknown) => void): Backend {
  mkdirSync(join(directory, ASIDE), { recursive: true });
  return async (request) => {
    const { operation, resource, path } = request;
    const query = new URL(path, 'http://s3').searchParams;
    if (operation === 'ListObjectsV2') return list(directory, query);
    const { key } = objectOf(resource);
    if (!isSafe(key)) return s3Error(400, 'InvalidArgument', 'This key cannot be a file here.');
    switch (operation) {
      case 'PutObject':
        return put(directory, key, request).catch((error: unknown) => {
          onWriteError(error);
          throw error;
        });
      case 'GetObject':
      case 'HeadObject':
        return get(directory, key, operation === 'HeadObject');
      case 'DeleteObject':
        await rm(join(directory, key), { force: true });
        return { status: 204, headers: {}, body: Buffer.alloc(0) };
      default:
        return s3Error(501, 'NotImplemented', `The folder knows no ${operation}.`);
    }
  };
}

/** A key must stay below the directory and out of what lies aside. */
const isSafe = (key: string): boolean =>
  key.split('/').every((part) => part !== ASIDE && isFileName(part, process.platform));

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** Where the metadata of these bytes under this key is kept. */
const metadataFile = (directory: string, key: string, etag: string): string =>
  join(directory, ASIDE, `${createHash('sha256').update(`${key}\n${etag}`).digest('hex')}.json`);

async function put(
  directory: string,
  key: string,
  { headers, body }: GatewayRequest,
): Promise<GatewayResponse> {
  const etag = etagOf(body);
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith(METADATA) || name === 'content-type'),
  );
  const target = join(directory, key);
  const aside = join(directory, ASIDE, randomUUID());
  try {
    await writeFile(aside, JSON.stringify(kept), { flush: true });
    await rename(aside, metadataFile(directory, key, etag));
    await writeFile(aside, body, { flush: true });
    await mkdir(dirname(target), { recursive: true });
    await rename(aside, target);
  } finally {
    await rm(aside, { force: true });
  }
  return { status: 200, headers: { etag }, body: Buffer.alloc(0) };
}

async function get(directory: string, key: string, isHead: boolean): Promise<GatewayResponse> {
  const body = await readIfThere(join(directory, key));
  if (body === undefined) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  const etag = etagOf(body);
  const kept: Record<string, string> = JSON.parse(
    String((await readIfThere(metadataFile(directory, key, etag))) ?? '{}'),
  );
  return {
    status: 200,
    headers: { ...kept, etag, 'content-length': String(body.length) },
    body: isHead ? Buffer.alloc(0) : body,
  };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** All in one answer: a folder on a person's machine holds thousands of objects, not millions. */
async function list(directory: string, query: URLSearchParams): Promise<GatewayResponse> {
  const prefix = query.get('prefix') ?? '';
  const entries: Dirent[] = existsSync(directory)
    ? await readdir(directory, { recursive: true, withFileTypes: true })
    : [];
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((key) => key.startsWith(prefix) && !key.startsWith(`${ASIDE}/`))
    .sort();
  const contents = await Promise.all(
    keys.map(async (key) => {
      const bytes = (await readIfThere(join(directory, key))) ?? Buffer.alloc(0);
      return `<Contents><Key>${escapeXml(key)}</Key><ETag>${escapeXml(etagOf(bytes))}</ETag><Size>${bytes.length}</Size></Contents>`;
    }),
  );
  return xmlResponse(
    200,
    `<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>${keys.length}</KeyCount>${contents.join('')}</ListBucketResult>`,
  );
}
