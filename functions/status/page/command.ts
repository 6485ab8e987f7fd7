import { html, type Markup } from './html.ts';

/** Longer words, such as hashes, may break anywhere. */
const MAXIMUM_WHOLE = 30;

/** A command to copy. It breaks between words: after the hyphens of an option nobody could read it. */
export const command = (text: string): Markup =>
  html`<code>${text
    .split(' ')
    .map(
      (word, index) =>
        html`${index > 0 && ' '}${word.length > MAXIMUM_WHOLE ? word : html`<span class="short">${word}</span>`}`,
    )}</code>`;
