/**
 * Letters that look like a Latin one, by it: Cyrillic, Greek, Armenian, Cherokee, small capitals. Capitals stand beside
 * small letters, as a pair may look like two different letters (Greek eta: like H, and like n). Source: Unicode
 * Technical Standard 39, confusables.txt, as far as a font for names shows no difference.
 */
const LATIN_AND_ALIKE = {
  a: 'аАαΑᎪᴀɑ',
  b: 'вВβΒьЬᏴʙ',
  c: 'сСϲϹᏟᴄ',
  d: 'ԁԀᎠᴅđĐ',
  e: 'еЕεΕᎬᴇ',
  f: 'ϝϜꜰ',
  g: 'ԍԌցᏀɢɡ',
  h: 'нНһҺΗհᎻʜ',
  i: 'іІιΙɩıᎥɪ',
  j: 'јЈᎫᴊϳ',
  k: 'кКκΚᏦᴋ',
  l: 'ӏӀԼᏞʟłŁ',
  m: 'мМΜᎷᴍ',
  n: 'ηΝոռɴ',
  o: 'оОοΟσօՕᴏøØ',
  p: 'рРρΡᏢᴘ',
  q: 'ԛԚզ',
  r: 'гᎡʀ',
  s: 'ѕЅՏᏚꜱ',
  t: 'тТτΤᎢᴛ',
  u: 'υμսՍᴜ',
  v: 'ѵѴνᏙᴠ',
  w: 'ԝԜωᎳᴡ',
  x: 'хХχΧ',
  y: 'уУүҮΥγʏ',
  z: 'ΖᏃᴢ',
} as const;

export const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries(LATIN_AND_ALIKE).flatMap(([latin, alike]) =>
    [...alike].map((letter): [string, string] => [letter, latin]),
  ),
);
