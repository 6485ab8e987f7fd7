import type { Role } from '../../auth/accounts.ts';
import type { Route } from '../../server/route.ts';

/** Who may change prices (help page "Role permissions"). */
export const priceWriters: readonly Role[] = ['ADMIN', 'APP_MANAGER'];

/** Who may read apps, products and prices; Finance and Sales keys may not. */
export const priceReaders: readonly Role[] = [...priceWriters, 'DEVELOPER', 'MARKETING'];

/** A read of products or prices. */
export const readRoute = (path: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  roles: priceReaders,
  individualKeys: true,
  handle,
});
