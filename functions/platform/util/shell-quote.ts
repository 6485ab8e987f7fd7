/** A text as one argument of a POSIX shell, for commands that people copy. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
