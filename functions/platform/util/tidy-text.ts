/** What separates lines and columns, in any script. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control characters of ASCII and Latin-1; none of them is text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
/** Characters that turn the direction of what follows, by which one text can pass for another. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;

/**
 * A stranger's text as one line for a table: line breaks and tabs become one blank, other control characters and halves
 * of surrogate pairs go. Emoji and every script stay.
 */
export const oneLine = (text: string): string =>
  text.replace(BREAKS, ' ').replace(CONTROLS, '').toWellFormed();

/**
 * The same for people who read it among other texts, in a mail or a chat: without signs that turn the direction of the
 * text around them, and cut after so many characters (code points).
 */
export function quotable(text: string, maximum: number): string {
  const characters = [...oneLine(text).replace(DIRECTIONS, '').trim()];
  return characters.length <= maximum ? characters.join('') : `${characters.slice(0, maximum - 1).join('')}…`;
}
