/** Text inside a line or a cell of Markdown. What others wrote becomes no markup, no mention and no new line. */
export const markdownText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('@', '@\u200b');

export const markdownRow = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;

/** The head of a table with the line below it. */
export const markdownHead = (names: readonly string[]): string =>
  `${markdownRow(names)}\n${markdownRow(names.map(() => '---'))}`;
