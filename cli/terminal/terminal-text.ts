/** Colours (SGR), which the command itself sets. */
const COLOUR = String.raw`\u001b\[[0-9;]*m`;
/** Control characters of ASCII and Latin-1 but the tab, the line feed and the carriage return. */
const CONTROL = String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]`;
/** Characters that turn the direction of what follows: with them a name can pass for another, or for a number of ours. */
const TURN = String.raw`[\u202a-\u202e\u2066-\u2069]`;
const COLOUR_OR_CONTROL = new RegExp(`(${COLOUR})|${CONTROL}|${TURN}`, 'g');

/**
 * Text as a terminal may show it. Reviews, names and error texts are other people's words: an escape sequence in them
 * could write over what stands above, set the window's title or the clipboard. Only colours stay.
 */
export const terminalText = (text: string): string =>
  text.replace(COLOUR_OR_CONTROL, (_, colour?: string) => colour ?? '');
