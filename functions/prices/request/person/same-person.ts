import { LOOK_ALIKES } from './look-alikes.ts';

/**
 * Whether two names are of one person: whoever asks for a change may not approve it. What looks the same is the same: case,
 * blanks, punctuation, accents, signs that are not seen, and letters of other scripts that look like Latin ones do not
 * count. Where a name holds a mail address in angle brackets, the address counts.
 *
 * Both names are claims. This stops a person who writes their own name differently, not one who lies.
 */
export const isSamePerson = (a: string, b: string): boolean => asSeen(a) === asSeen(b);

/** Whether a name shows anybody: one of blanks and signs that are not seen does not. */
export const showsName = (name: string): boolean => asSeen(name) !== '';

const ADDRESS = /<([^<>]*@[^<>]*)>/;
/** Accents as signs of their own. Vowel signs of other scripts are none of them: they tell names apart. */
const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
/** All but letters, digits and the marks that belong to letters; letters that are not seen go, too. */
const NOT_OF_A_NAME = /[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}/gu;

/** A name as a reader sees it, in small Latin letters as far as it looks like them. */
function asSeen(name: string): string {
  const counted = ADDRESS.exec(name)?.[1] ?? name;
  const letters = counted.normalize('NFKD').replace(ACCENTS, '').replace(NOT_OF_A_NAME, '');
  return [...letters]
    .map(latin)
    .join('')
    .toUpperCase()
    .toLowerCase()
    .replace(/[1i]/g, 'l')
    .replace(/0/g, 'o');
}

const latin = (letter: string): string => LOOK_ALIKES.get(letter) ?? letter;
