import type { Role } from '../../auth/accounts.ts';
import type { Route } from '../../server/route.ts';

/** Who may change prices (help page "Role permissions"). */
const priceWriters: readonly Role[] = ['ADMIN', 'APP_MANAGER'];

/** Who may read apps, products and prices; Finance and Sales keys may not. */
const priceReaders: readonly Role[] = [...priceWriters, 'DEVELOPER', 'MARKETING'];

/** A read of products or prices. */
export const readRoute = (path: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  roles: priceReaders,
  individualKeys: true,
  handle,
});

/** A change of products or prices. */
export const writeRoute = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
  method,
  path,
  roles: priceWriters,
  individualKeys: true,
  handle,
});
