import { join } from 'node:path';

// What differs between operating systems, by the name that Node.js gives them.

/** Where the tables listen: a file in a directory of this user's own; on Windows a named pipe, which is no file. */
export const socketPath = (
  platform: NodeJS.Platform,
  directory: string,
  { pid, now }: { pid: number; now: number },
): string => (platform === 'win32' ? `\\\\?\\pipe\\asc-jobs-${pid}-${now}` : join(directory, 'tables'));

/** The command that opens a file in the person's browser. It is started without a shell, so a name needs no quotes. */
export function browserCommand(
  platform: NodeJS.Platform,
  file: string,
): [command: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', file];
  // `start` is a word of the shell, and quotes of its own kind would have to go around the name.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', file];
  return ['xdg-open', file];
}

/** What stops a process that serves or watches. Windows has no SIGTERM; closing its window is SIGHUP there. */
export const stopSignals = (platform: NodeJS.Platform): readonly NodeJS.Signals[] =>
  platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
