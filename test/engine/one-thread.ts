import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Readable, Transform, Writable } from 'node:stream';
import zlib from 'node:zlib';

/**
 * To be called before histories are played: files and gzip stay in the thread of the history.
 *
 * Node hands both to threads of their own. Here a file is a few bytes in memory, so that the way to a thread and back
 * is most of its price, and which of two is done first would be decided by the machine. The same calls are carried out
 * at once instead, on the same files; results and errors come by promise or stream, as before.
 */
export function stayInOneThread(): void {
  Object.assign(fs.promises, {
    mkdtemp: async (prefix: string) => fs.mkdtempSync(prefix),
    open: async (path: string, flags?: string) => openFile(path, flags),
    readFile: async (path: string, encoding?: BufferEncoding) =>
      encoding === undefined ? fs.readFileSync(path) : fs.readFileSync(path, encoding),
    rm: async (path: string, options?: fs.RmOptions) => fs.rmSync(path, options),
    stat: async (path: string) => fs.statSync(path),
    writeFile: async (path: string, data: string | Uint8Array) => fs.writeFileSync(path, data),
  });
  Object.assign(fs, {
    createReadStream: (path: string) => Readable.from(contentOf(path)),
    createWriteStream: (path: string) => writeStream(path),
  });
  // Read-only, other than the ones above.
  Object.defineProperties(zlib, {
    createGunzip: { value: () => throughAll(zlib.gunzipSync) },
    createGzip: { value: () => throughAll(zlib.gzipSync) },
  });
  syncBuiltinESMExports();
}

/** What is used of a file handle. */
function openFile(path: string, flags = 'r') {
  const descriptor = fs.openSync(path, flags);
  return {
    read: async (buffer: Uint8Array, offset: number, length: number, position: number | null) => ({
      buffer,
      bytesRead: fs.readSync(descriptor, buffer, offset, length, position),
    }),
    write: async (chunk: Uint8Array) => fs.writeSync(descriptor, chunk),
    close: async () => fs.closeSync(descriptor),
  };
}

/** Opened when it is read, so that a file that is missing is an error of the stream. */
function* contentOf(path: string): Generator<Buffer> {
  yield fs.readFileSync(path);
}

function writeStream(path: string): Writable {
  fs.writeFileSync(path, '');
  return new Writable({
    write: (chunk: Uint8Array, _, done) => {
      fs.appendFileSync(path, chunk);
      done();
    },
  });
}

/** A stream that gathers what comes and passes on what becomes of all of it. */
function throughAll(convert: (bytes: Buffer) => Buffer): Transform {
  const chunks: Uint8Array[] = [];
  return new Transform({
    transform: (chunk: Uint8Array, _, done) => {
      chunks.push(chunk);
      done();
    },
    flush: (done) => {
      try {
        done(null, convert(Buffer.concat(chunks)));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}
