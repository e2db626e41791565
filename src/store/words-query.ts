/** More words than these nobody means, and SQLite would not take. */
const MOST_WORDS = 32;

/** Stands between characters of scripts that write without spaces, so that each of them is a word to SQLite. It has no width. */
const SEAM = '\u200b';
const UNSPACED =
  /(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}])(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])(?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}])/gu;

/** A text as it is kept to be searched. */
export function searchable(text: string): string {
  return text.replaceAll('\0', ' ').replaceAll(SEAM, '').replace(UNSPACED, SEAM);
}

/** A part of a searchable text as people read it: one line. */
export function readable(text: string): string {
  return text.replaceAll(SEAM, '').replace(/\s+/gu, ' ').trim();
}

/**
 * FTS5 queries for a text that somebody typed, to be tried in this order: all of its words, then any of them. What stands together (`checkout-api`) is looked for
 * together, the last word may be a beginning. Each is quoted: nothing in it is an operator. None where there are no words.
 */
export function queriesFor(text: string): readonly string[] {
  const phrases = [...new Set(text.split(/\s+/u).flatMap((part) => phraseOf(part) ?? []))].slice(
    0,
    MOST_WORDS,
  );
  const terms = phrases.map((phrase, i) => (i === phrases.length - 1 ? `${phrase} *` : phrase));
  if (terms.length === 0) return [];
  return terms.length === 1 ? terms : [terms.join(' AND '), terms.join(' OR ')];
}

/** A query for any of these words. */
export function anyOf(words: readonly string[]): string {
  return words.flatMap((word) => phraseOf(word) ?? []).join(' OR ');
}

/** One piece of text as a quoted phrase; `undefined` where no letter or digit is in it. */
function phraseOf(part: string): string | undefined {
  const words = searchable(part).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0 ? undefined : `"${words.join(' ')}"`;
}
