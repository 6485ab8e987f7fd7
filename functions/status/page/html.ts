/** Text that is markup already. Only {@link html} makes it, from literals and escaped values. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value = Markup | string | number | false | undefined | null | readonly Value[];

/**
 * A template whose values are escaped, for text and for attributes in double quotes. Markup inside it stays as it
 * is; `false`, `null` and `undefined` leave nothing.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(literals.map((literal, index) => literal + render(values[index])).join(''));
}

function render(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (value === false || value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(render).join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Control characters are dropped: XML forbids most. So are the characters that override the direction of text, by
 * which an app's name could turn the words around it.
 */
const UNSAFE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

const escaped = (text: string): string =>
  text
    .replace(/[\t\r\n]/g, ' ')
    .replace(UNSAFE, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
