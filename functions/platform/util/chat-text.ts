/** By these signs chats make mentions (`<!channel>`), links (`<https://…|text>`, `[text](https://…)`) and tags of a text. */
const MARKUP = /[<>|[\]]/g;
/** `@channel` is a mention; `ceo@acme.example` is an address. */
const MENTIONS = /(?<![\p{L}\p{N}._-])@/gu;
/** Chats make a link of every text that looks like one. */
const LINKS = /:\/\/|\bwww\./gi;

/**
 * A line of ours for a chat, in which a part may be somebody else's words: it can mention nobody and hides no link
 * behind a text. Short codes (`:x:`), `*bold*`, code in backticks and plain links stay.
 */
export const withoutMentions = (text: string): string => text.replace(MARKUP, ' ').replace(MENTIONS, '');

/** The same for a text in which no link is ours: what looks like a link is none any more. */
export const withoutLinks = (text: string): string => withoutMentions(text).replace(LINKS, ' ');
