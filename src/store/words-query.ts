import { tellingWords } from '#domain/incident/words.ts';

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
 * FTS5 queries for a text that somebody typed, to be tried in this order: all of it, what stands together (`checkout-api`) together; all of its words; any of its words
 * that tell. The last word may be a beginning. Each is quoted: nothing in it is an operator. None where there are no words.
 */
export function queriesFor(text: string): readonly string[] {
  const parts = text.split(/\s+/u).flatMap((part) => phraseOf(part) ?? []);
  const words = parts.flatMap((part) => part.slice(1, -1).split(' ')).map((word) => `"${word}"`);
  const telling = tellingWords(text).flatMap((word) => phraseOf(word) ?? []);
  const queries = [joined(parts, ' AND '), joined(words, ' AND '), joined(telling, ' OR ')];
  return [...new Set(queries)].filter((query) => query !== '');
}

/** A query for any of these words. */
export function anyOf(words: readonly string[]): string {
  return words.flatMap((word) => phraseOf(word) ?? []).join(' OR ');
}

function joined(phrases: readonly string[], by: ' AND ' | ' OR '): string {
  const some = [...new Set(phrases)].slice(0, MOST_WORDS);
  return some.length === 0 ? '' : `${some.join(by)} *`;
}

/** One piece of text as a quoted phrase; `undefined` where no letter or digit is in it. */
function phraseOf(part: string): string | undefined {
  const words = searchable(part).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0 ? undefined : `"${words.join(' ')}"`;
}
