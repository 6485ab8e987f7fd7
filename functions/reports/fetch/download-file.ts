import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { DownloadTooLargeError } from '../partition/outcome.ts';

/** A downloaded file on the function's disk. */
export type DownloadedFile = {
  path: string;
  /** Lower-case hex. */
  sha256: string;
  bytes: number;
  /** The first bytes, by which a gzip file is known from an error. */
  head: Buffer;
};

/** A report is some megabytes at most; the function's disk has 2 GiB for the file and its table. */
const LARGEST_DOWNLOAD_BYTES = 1 << 30;

/** Writes a stream to a file and takes its SHA-256 on the way. The memory used does not grow with the file. */
export async function downloadFile(body: AsyncIterable<Uint8Array>, path: string): Promise<DownloadedFile> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  let bytes = 0;
  let head = Buffer.alloc(0);
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_DOWNLOAD_BYTES) throw new DownloadTooLargeError(LARGEST_DOWNLOAD_BYTES);
      if (head.length < 2) head = Buffer.concat([head, chunk.subarray(0, 64)]);
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return { path, sha256: hash.digest('hex'), bytes, head };
}

/** gzip's magic number, RFC 1952 section 2.3.1. */
export const isGzip = ({ head }: DownloadedFile): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The SHA-256 of a file, lower-case hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
