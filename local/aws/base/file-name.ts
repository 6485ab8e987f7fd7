/** Names that are devices on Windows, with any ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** A backslash leads to another directory there, a colon to another stream of the file. */
const NOT_IN_NAMES = /[<>:"\\|?*]/;

/** Whether a part of an object's key can be the name of a file or directory, and of nothing else. */
export function isFileName(part: string, platform: NodeJS.Platform): boolean {
  if (part === '' || part === '.' || part === '..' || part.includes('\0')) return false;
  if (platform !== 'win32') return true;
  return !NOT_IN_NAMES.test(part) && !DEVICES.test(part) && !/[. ]$/.test(part);
}
