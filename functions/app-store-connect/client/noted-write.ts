import type { ApiWrite } from '../protocol/api-request.ts';
import type { AppStoreConnectClient } from './client.ts';

/**
 * Sends a write once.
 *
 * @returns Apple's ids of the request that it acknowledged, apart by a blank: `requestId`, and where it differs
 *   `X-Apple-Jingle-Correlation-Key`; `undefined` where the response had none
 * @throws AppStoreConnectError, which carries the ids of a request that was refused
 */
export async function writeNotingId(
  client: Pick<AppStoreConnectClient, 'write'>,
  write: ApiWrite,
): Promise<string | undefined> {
  let ids: string | undefined;
  // The last response is that of the request which was acknowledged.
  await client.write(write, ({ appleRequestId, correlationKey }) => {
    const requestIds = [appleRequestId, correlationKey].filter((id) => id !== undefined);
    ids = requestIds.length === 0 ? undefined : [...new Set(requestIds)].join(' ');
  });
  return ids;
}
