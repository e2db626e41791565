/** What English sentences are full of, and what every alert says; it tells nothing apart. */
const COMMON: ReadonlySet<string> = new Set(
  (
    'the and for are was were has have had not but with from this that these those then than there their into over under about after ' +
    'before been being its our out off all any can could did does doing down few more most other some such too very via when where ' +
    'which while who why will would you your per between above below again still only also each than'
  ).split(' '),
);

/**
 * The words of a text by which it can be compared: lower case, without accents and plain English endings, names like `HighErrorRate` and `checkout_v2` in their
 * parts. Numbers and what looks like an id are left out: they are another one each time.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(tellingWords(text).map(stem));
}

/** The same words with their endings, as often as they stand there. */
export function tellingWords(text: string): readonly string[] {
  return (apart(text).match(/[\p{L}\p{N}]+/gu) ?? []).filter(tells);
}

/** A text with the names in it taken into their parts, in lower case, without accents. */
export function apart(text: string): string {
  return text
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}

function tells(word: string): boolean {
  if (/^\p{N}+$/u.test(word) || COMMON.has(word)) return false;
  if (/^(?=.*\d)[0-9a-f]{6,}$/.test(word) || (word.match(/\d/g)?.length ?? 0) > 3) return false;
  return word.length > 2 || /[^\p{ASCII}]/u.test(word);
}

function stem(word: string): string {
  if (word.length < 5) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  const cut = word.replace(/(?:ing|ed|es|s)$/, '');
  return cut.length < 3 || word.endsWith('ss') ? word : cut;
}
