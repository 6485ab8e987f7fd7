import type { KeyStore, StoredKey } from './stored-key.ts';

/** A key store of one key, for asking Apple about exactly this key: nothing is read again, nothing falls back. */
export const fixedKey = (stored: StoredKey): KeyStore => ({
  current: async () => stored,
  reread: async () => stored,
  previous: async () => undefined,
});
