import { stripVTControlCharacters } from 'node:util';

/** Text of others, without sequences that steer a terminal. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');

/** Lines of others, each without sequences that steer a terminal. */
export const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');
