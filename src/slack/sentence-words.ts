import { bare, serviceNamed } from './service-words.ts';

/** The words that say something, without what stands around them. */
export function telling(words: readonly string[], services: readonly string[]): readonly string[] {
  return words
    .map((word) => serviceNamed(word, services) ?? bare(word))
    .filter((word) => serviceNamed(word, services) !== undefined || !FILLER.has(word.toLowerCase()));
}

/** Words of sentences that say nothing. */
export const FILLER = new Set([
  ...[
    'how',
    'how’s',
    'hows',
    'is',
    'are',
    'of',
    'the',
    'for',
    'show',
    'me',
    'please',
    'what',
    'what’s',
    'which',
    'has',
    'have',
    'whats',
    'about',
    'a',
  ],
  ...[
    'doing',
    'going',
    'now',
    'right',
    'currently',
    'give',
    'tell',
    'on',
    'in',
    'my',
    'our',
    'it',
    'ok',
    'okay',
    'fine',
    'up',
    '',
  ],
]);
