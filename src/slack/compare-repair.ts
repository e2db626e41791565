import { distance } from 'fastest-levenshtein';
import { readCompare } from '#app/words/compare.ts';
import { lower } from '#app/words/length.ts';
import { isPercentile, signalAt, signalNames } from '#app/words/signal.ts';

/** What may have been meant by words of a comparison that were not understood: whole ones, and for the first such word the one that was meant. */
export type Repair = { readonly meant?: string; readonly wholes: readonly string[] };

/** How many whole commands are offered. */
const MOST = 3;

/** Mistakes in one command that are mended together. */
const TOGETHER = 3;

/** Tries small changes at the place where understanding stopped, and keeps those after which everything is understood. */
export function repairCompare(words: readonly string[], at: number): Repair {
  const near = nearby(words[at] ?? '')[0];
  const wholes = mended(words, at, TOGETHER);
  return {
    ...(near === undefined ? {} : { meant: near }),
    wholes: [...new Set(wholes.map((whole) => whole.join(' ')))].slice(0, MOST),
  };
}

function mended(words: readonly string[], at: number, left: number): readonly (readonly string[])[] {
  if (left === 0) return [];
  const changed = mistyped(words, at);
  const good = changed.filter(isUnderstood);
  if (good.length > 0) return good;
  // A second mistake hides behind the first.
  for (const one of changed) {
    const read = readCompare(one);
    const deeper = read.ok || read.at <= at ? [] : mended(one, read.at, left - 1);
    if (deeper.length > 0) return deeper;
  }
  return otherwise(words, at).filter(isUnderstood);
}

function isUnderstood(words: readonly string[]): boolean {
  return readCompare(words).ok;
}

/** The words with what is most often wrong put right: a letter, a missing unit, `vs` or `ago`. */
function mistyped(words: readonly string[], at: number): readonly (readonly string[])[] {
  const [before, word, after] = [words.slice(0, at), words[at], words.slice(at + 1)];
  if (word === undefined) return [[...words, 'ago']];
  const withVersus = (place: number) => [...words.slice(0, place), 'vs', ...words.slice(place)];
  return [
    ...nearby(word).map((near) => [...before, near, ...after]),
    ...(/^\d+$/.test(word) ? [[...before, `${word}m`, ...after]] : []),
    ...(hasVersus(before) ? [] : [withVersus(at), ...(at > 0 ? [withVersus(at - 1)] : [])]),
  ];
}

/** The words without the one that is wrong, or compared with something else. What says how long, when or which is never left out. */
function otherwise(words: readonly string[], at: number): readonly (readonly string[])[] {
  const [before, after] = [words.slice(0, at), words.slice(at + 1)];
  const shortened = at < words.length && !saysMuch(words[at] ?? '') ? [[...before, ...after]] : [];
  if (!hasVersus(before)) return shortened;
  const start = before.findLastIndex(isVersus) + 1;
  const kept = words.slice(start).filter((word) => signalAt([word], 0) !== undefined);
  const read = readCompare(words);
  const isRefused = !read.ok && read.why !== undefined;
  const isReplaceable =
    isRefused || !words.slice(start).some((word) => /\d/.test(word) || QUALIFIERS.has(lower(word)));
  return [
    ...shortened,
    ...(isReplaceable ? ENDINGS.map((ending) => [...words.slice(0, start), ...ending, ...kept]) : []),
  ];
}

/** Whether a word is a number, or one that the grammar knows: leaving it out would change what is asked. */
function saysMuch(word: string): boolean {
  return /\d/.test(word) || isKnown(word) || QUALIFIERS.has(lower(word));
}

/** Words that say which of several is meant. */
const QUALIFIERS = new Set([
  ...[
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'half',
    'previous',
    'not',
    'without',
  ],
  ...[
    'monday',
    'tuesday',
    'wednesday',
    'thursday',
    'friday',
    'saturday',
    'sunday',
    'month',
    'weekend',
    'night',
  ],
]);

function isKnown(word: string): boolean {
  const bare = lower(word).replace(/[,;?!.]+$/, '');
  return VOCABULARY.includes(bare) || signalAt([bare], 0) !== undefined;
}

function hasVersus(words: readonly string[]): boolean {
  return words.some(isVersus);
}

function isVersus(word: string): boolean {
  return /^(vs\.?|versus|against)$/i.test(word);
}

const ENDINGS = [['yesterday'], ['1h', 'ago'], ['before', 'deploy']] as const;

const VOCABULARY = [
  ...[
    'last',
    'since',
    'vs',
    'yesterday',
    'week',
    'before',
    'deploy',
    'ago',
    'flag',
    'hour',
    'minutes',
    'hours',
  ],
  ...signalNames(),
];

/** Words of the grammar that are spelt alike, closest first: none for a figure, nor for a word that is one of them. Another percentile is one of those there are. */
function nearby(word: string): readonly string[] {
  if (isPercentile(word)) return ['p99', 'p50'];
  if (/\d/.test(word) || isKnown(word)) return [];
  const allowed = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  return VOCABULARY.map((known) => ({ known, away: distance(lower(word), known) }))
    .filter(({ away }) => away > 0 && away <= allowed)
    .toSorted((a, b) => a.away - b.away)
    .slice(0, 2)
    .map(({ known }) => known);
}
