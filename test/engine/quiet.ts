import { createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';

/** Work that the process has given to threads or the disk: signatures, hashes, files. */
const ELSEWHERE = /REQUEST$|^FSREQ|^FILEHANDLECLOSEREQ$/;

const outstanding = new Set<number>();
createHook({
  trackPromises: false,
  init: (id, type) => {
    if (ELSEWHERE.test(type)) outstanding.add(id);
  },
  after: (id) => {
    outstanding.delete(id);
  },
  destroy: (id) => {
    outstanding.delete(id);
  },
}).enable();

/**
 * Resolves when everything has gone on as far as it can: no signature is being calculated and no file read. Which of
 * two signatures is done first is decided by the machine; a history that did not wait for both would not be the same
 * history again.
 */
export async function untilQuiet(): Promise<void> {
  do await setImmediate();
  while (outstanding.size > 0);
}
