/** A text as one argument of a POSIX shell, for commands that people copy. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The same, without quotes where none are needed. */
export const shellWord = (text: string): string =>
  /^[\w%+=:,./@][\w%+=:,./@-]*$/.test(text) ? text : shellQuoted(text);
