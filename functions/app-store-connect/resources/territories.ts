import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import { listSchema } from '../protocol/json-api.ts';

/** Apple's territories (ISO 3166 alpha-3, such as `USA`) with their currencies (ISO 4217). Source: `GET /v1/territories`. */
export async function readTerritories(
  client: AppStoreConnectClient,
): Promise<ReadonlyMap<string, string | undefined>> {
  const territories = new Map<string, string | undefined>();
  const request = { path: '/v1/territories', query: { limit: '200' } };
  for await (const { data } of readPages(client, request, listSchema)) {
    for (const { id, attributes } of data) {
      const currency = attributes?.['currency'];
      territories.set(id, typeof currency === 'string' ? currency : undefined);
    }
  }
  return territories;
}
