import type { Role } from '../../auth/accounts.ts';

/** Who may change prices (help page "Role permissions"). */
export const priceWriters: readonly Role[] = ['ADMIN', 'APP_MANAGER'];

/** Who may read apps, products and prices; Finance and Sales keys may not. */
export const priceReaders: readonly Role[] = [...priceWriters, 'DEVELOPER', 'MARKETING'];
