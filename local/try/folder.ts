import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { JobError } from '../../functions/platform/errors.ts';

/** What a folder remembers between two calls. No secret is among it. */
const rememberedSchema = z.object({
  team: z.string(),
  vendor: z.string(),
  reports: z.array(z.string()),
  backfillDays: z.number(),
  /** Apps whose analytics were asked for: Apple IDs. */
  apps: z.array(z.string()).optional(),
  /** Apps whose reviews were asked for: Apple IDs. */
  reviewApps: z.array(z.string()).optional(),
});
export type Remembered = z.output<typeof rememberedSchema>;

/** The folder of `asc-jobs try`, and what lies in it. */
export type Folder = {
  directory: string;
  /** DynamoDB's tables. */
  tables: string;
  /** The bucket: `raw/` Apple's bytes, `tables/` Parquet files. */
  lake: string;
  /** Log lines of the calls. */
  log: string;
  remember(what: Remembered): void;
};

/**
 * Opens the folder, and makes it where there is none. Only its owner may look into it, and every file that this process
 * makes from now on is only its owner's.
 *
 * @throws JobError `FOLDER_NOT_PRIVATE`
 */
export function openFolder(directory: string): Folder {
  process.umask(0o077);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const others = statSync(directory).mode & OTHERS_WRITE;
  chmodSync(directory, 0o700);
  // From here on nobody else can put anything in; what they put in before must not lead our writes elsewhere.
  if (others !== 0 && process.platform !== 'win32') refusePlanted(directory);
  return {
    directory,
    tables: join(directory, 'tables.leveldb'),
    lake: join(directory, 'lake'),
    log: join(directory, 'try.log'),
    remember: (what) =>
      writeFileSync(join(directory, MEMORY), `${JSON.stringify(what, undefined, 2)}\n`, { mode: 0o600 }),
  };
}

const OTHERS_WRITE = 0o022;

/** @throws JobError `FOLDER_NOT_PRIVATE` for a link, or a file of somebody else, in a folder that others could write to */
function refusePlanted(directory: string): void {
  const me = process.getuid?.();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stats = lstatSync(path);
    const isOurs = stats.uid === me && !stats.isSymbolicLink() && (stats.isDirectory() || stats.nlink === 1);
    if (isOurs) continue;
    throw new JobError({
      code: 'FOLDER_NOT_PRIVATE',
      message: `Others could write to ${directory}, and ${path} is a link or not yours: writing there could change a file elsewhere. Name a new folder with --dir, or remove it.`,
      retryable: false,
    });
  }
}

const MEMORY = 'try.json';

/** What an earlier call has left in a folder; reads only. */
export function rememberedIn(directory: string): Remembered | undefined {
  const file = join(directory, MEMORY);
  if (!existsSync(file)) return undefined;
  try {
    return rememberedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    // Cut short by a full disk, or edited by hand: the options say everything again.
    return undefined;
  }
}

/** With less room than this no file can be written whole. */
const LEAST_FREE_BYTES = 2 * 1024 * 1024;

const isNoSpace = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === 'ENOSPC') || /no space left/i.test(error.message));

/** The one line for a disk that is full; `undefined`: it is not. */
export function diskFull(directory: string, error: unknown): JobError | undefined {
  const { bavail, bsize } = statfsSync(directory);
  if (!isNoSpace(error) && bavail * bsize >= LEAST_FREE_BYTES) return undefined;
  return new JobError({
    code: 'DISK_FULL',
    message: `The disk of ${directory} is full. Free some space and repeat the command; what was fetched is kept.`,
    retryable: false,
    cause: error,
  });
}
