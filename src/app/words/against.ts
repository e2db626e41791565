import type { Against } from '#domain/request.ts';
import { DAY, type Duration, formatDuration, MINUTE, WEEK } from '#domain/time.ts';
import { type Found, lengthAt, lower } from './length.ts';
import { isVersion } from './version.ts';

/** What is compared with: a time, a deploy, a version; or a flag, whose two sides are meant. `length` is how long it was said to be. */
export type Other = (Against | { readonly kind: 'flag'; readonly flag: string }) & {
  readonly length?: Duration;
};

export const YESTERDAY: Against = { kind: 'ago', by: DAY, words: 'yesterday' };
export const LAST_WEEK: Against = { kind: 'ago', by: WEEK, words: 'last week' };
export const DEPLOY = new Set(['deploy', 'deployment', 'release', 'rollout', 'rollback', 'deploys']);

/** What stands after `vs`; or the place where understanding stopped. */
export function againstAt(
  words: readonly string[],
  begin: number,
): Found<Other> | { readonly at: number; readonly why?: string } {
  let at = begin;
  const word = (ahead = 0) => lower(words[at + ahead]);
  const found = (value: Other, taken: number) => ({ value, taken: at + taken - begin });
  while (SKIPPED.has(word())) at += 1;
  if (word() === 'yesterday') return found(YESTERDAY, 1);
  if (word() === 'last' && word(1) === 'week') return found(LAST_WEEK, 2);
  if (word() === 'day' && word(1) === 'before' && word(2) === 'yesterday')
    return found({ kind: 'ago', by: 2 * DAY, words: 'the day before yesterday' }, 3);
  if (PREVIOUS.has(word())) {
    const span = lengthAt(['last', ...words.slice(at + 1)], 0);
    if (span !== undefined)
      return agoFound(span.value, `the ${formatDuration(span.value)} before`, span.taken);
    return found({ kind: 'beforeDeploy' }, NAMES_VERSION.has(word(1)) || DEPLOY.has(word(1)) ? 2 : 1);
  }
  const ahead = EARLIEST.has(word()) ? 1 : 0;
  if (DEPLOY.has(word(ahead)) && !isVersionAt(at + ahead + 1))
    return found({ kind: 'beforeDeploy' }, ahead + 1);
  const span = lengthAt(words, at) ?? unitAt(words, at);
  if (span !== undefined && word(span.taken) === 'before') {
    const deploy = before(words, at + span.taken, begin);
    if (!('at' in deploy)) return { ...deploy, value: { ...deploy.value, length: span.value } };
  }
  if (span !== undefined && AGO.has(word(span.taken))) {
    const isBare = !/^(\d|(an?|one|two|three|four|five|six|seven|eight|nine|ten|half)$)/i.test(
      words[at] ?? '',
    );
    const text = isBare ? formatDuration(span.value) : words.slice(at, at + span.taken).join(' ');
    return agoFound(span.value, `${text} ago`, span.taken + 1);
  }
  if (word() === 'flag') {
    const flag = words[at + 1] ?? '';
    return flag === '' ? { at: at + 1 } : found({ kind: 'flag', flag }, 2);
  }
  if (word() === 'before') return before(words, at, begin);
  const named = NAMES_VERSION.has(word()) ? (words[at + 1] ?? '') : '';
  if (named !== '') return found({ kind: 'version', version: named }, 2);
  if (isVersion(words[at] ?? '')) return found({ kind: 'version', version: words[at] ?? '' }, 1);
  return { at: span === undefined || at + span.taken < words.length ? at : at + span.taken };

  function agoFound(by: Duration, said: string, taken: number) {
    const why = unfit(by);
    return why === undefined ? found({ kind: 'ago', by, words: said }, taken) : { at, why };
  }

  function isVersionAt(place: number): boolean {
    return isVersion(words[place] ?? '');
  }
}

/** Why a length is none that can be compared. */
export function unfit(length: Duration): string | undefined {
  if (length < MINUTE) return 'I compare no less than a minute.';
  return length > MOST ? `I compare at most ${formatDuration(MOST)}.` : undefined;
}

const MOST = 31 * DAY;
const SKIPPED = new Set(['the', 'same', 'time', 'window', 'to', 'with']);
const AGO = new Set(['ago', 'earlier', 'before']);
const PREVIOUS = new Set(['previous', 'prev', 'prior', 'preceding']);
const EARLIEST = new Set(['the', 'last', 'latest', 'newest', 'this', 'version']);
const NAMES_VERSION = new Set(['version', 'release']);

/** A length without a count, as in “the day before”. */
function unitAt(words: readonly string[], at: number): Found<Duration> | undefined {
  const found = lengthAt(['last', words[at] ?? ''], 0);
  return found === undefined ? undefined : { ...found, taken: 1 };
}

/** `before deploy`, `before the last deploy`, `before deploy v1.4.2`, `before the v1.4.2 deploy`, `before v1.4.2`. */
function before(
  words: readonly string[],
  start: number,
  begin: number,
): Found<Against> | { readonly at: number } {
  let at = start + 1;
  while (EARLIEST.has(lower(words[at]))) at += 1;
  const saysDeploy = DEPLOY.has(lower(words[at]));
  if (saysDeploy) at += 1;
  while (saysDeploy && (lower(words[at]) === 'of' || NAMES_VERSION.has(lower(words[at])))) at += 1;
  const version = isVersion(words[at] ?? '') ? words[at] : undefined;
  if (version === undefined)
    return saysDeploy ? { value: { kind: 'beforeDeploy' }, taken: at - begin } : { at };
  const after = !saysDeploy && DEPLOY.has(lower(words[at + 1])) ? 2 : 1;
  return { value: { kind: 'beforeDeploy', version }, taken: at + after - begin };
}
