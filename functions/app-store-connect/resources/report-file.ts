import type { AppStoreConnectClient } from '../client/client.ts';
import type { ReadResponse } from '../client/client-options.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';

/**
 * Reads a report. A success is a gzip **file** without Content-Encoding, so its bytes arrive as Apple keeps them.
 *
 * One source reports that this Accept is needed, another that it drew 406: on 406 it is asked once more
 * without naming types.
 */
export async function readReportFile<T>(
  client: AppStoreConnectClient,
  read: ApiRead,
  consume: ReadResponse<T>,
): Promise<T> {
  try {
    return await client.read(read, consume, { accept: 'application/a-gzip, application/json' });
  } catch (error) {
    if (!(error instanceof AppStoreConnectError && error.code === 'NOT_ACCEPTABLE')) throw error;
    return client.read(read, consume, { accept: '*/*' });
  }
}
