import type { ApiKey } from '../../../functions/app-store-connect/diagnosis/api-key.ts';
import { listApps } from '../../../functions/app-store-connect/resources/products.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { appleUrlIn } from '../../deployment/apple-url.ts';
import type { Io } from '../../terminal/io.ts';
import { clientFor } from '../probe-for.ts';

/** An option that takes Apple IDs or, without a value, all apps. */
export type AppsOption = {
  /** Such as `--analytics`. */
  name: string;
  /** What is done with the apps, as a sentence goes on: "analytics are asked for of". */
  does: string;
  /** Apps that are taken where the person names none. */
  mostApps: number;
};

/** @throws JobError `OPTIONS_INVALID` for what is no Apple ID */
export function namedApps(text: string, { name }: AppsOption): string[] {
  const ids = text.split(',').map((id) => id.trim());
  const wrong = ids.filter((id) => !/^\d{1,20}$/.test(id));
  if (wrong.length === 0) return ids;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message: `${name} takes Apple IDs of apps, such as 6448311069, apart by commas; not ${wrong.join(', ')}.`,
    retryable: false,
  });
}

/** The first apps of the account, with a line where it has more. Throws what Apple answers. */
export async function allApps(io: Io, key: ApiKey, { name, does, mostApps }: AppsOption): Promise<string[]> {
  const stored = { key, versionId: key.keyId, versionCreatedAt: io.now() };
  const apps = await listApps(clientFor(io, appleUrlIn(io.env), stored));
  if (apps.length > mostApps)
    io.err(
      `The account has ${apps.length} apps; ${does} the first ${mostApps}. Name others: ${name} ID,ID\n`,
    );
  return apps.slice(0, mostApps).map(({ id }) => id);
}
