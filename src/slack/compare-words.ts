import type { Against, Request } from '#domain/request.ts';
import { type Measure, RED_MEASURES } from '#domain/signal.ts';
import { DAY, type Duration, formatDuration, MINUTE, WEEK } from '#domain/time.ts';
import { type Found, lengthAt, lower, timeOfDay } from './length-words.ts';
import { signalAt } from './signal-words.ts';

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** The words after the service, understood; or the place of the first that was not (that of the end where something is missing), and what would have been. */
export type CompareWords =
  | { readonly ok: true; readonly request: Omit<CompareRequest, 'service'> }
  | { readonly ok: true; readonly flag: string }
  | { readonly ok: false; readonly at: number; readonly why?: string };

const USUAL = 30 * MINUTE;
const MOST = 31 * DAY;

/** Words that may stand anywhere and say nothing. */
const FILLER = new Set([
  ...['and', 'of', 'the', 'in', 'for', 'over', 'during', 'from', 'its', 'on', 'at', 'last', 'past', '+', '&'],
  ...['compared', 'now', 'window', 'version', 'release'],
]);
const VERSUS = new Set(['vs', 'versus', 'against', 'with', 'to', 'than']);
const DEPLOY = new Set(['deploy', 'deployment', 'release', 'rollout', 'deploys']);

/** Reads what to compare: signals, the length of the window, and after `vs` what with. Without it: yesterday, or before the version named. */
export function readCompare(typed: readonly string[]): CompareWords {
  const words = typed.map((word) => word.replace(/[,;?!]+$|(?<=\w)\.$/g, ''));
  const measures = new Set<Measure>();
  let length = USUAL;
  let since: number | undefined;
  let version: string | undefined;
  let at = 0;
  while (at < words.length && !VERSUS.has(lower(words[at]).replace(/\.$/, ''))) {
    const [word, signal, span] = [lower(words[at]), signalAt(words, at), lengthAt(words, at)];
    const time = SINCE.has(word) ? timeOfDay(words[at + 1]) : undefined;
    if (signal !== undefined) {
      for (const measure of signal.value) measures.add(measure);
      at += signal.taken;
    } else if (time !== undefined) {
      since = time;
      at += 2;
    } else if (span !== undefined) {
      const why = unfit(span.value);
      if (why !== undefined) return { ok: false, at, why };
      length = span.value;
      at += span.taken;
    } else if (version === undefined && isVersion(words[at] ?? '')) {
      version = words[at];
      at += 1;
    } else if (FILLER.has(word) || word === '') at += 1;
    else return { ok: false, at: SINCE.has(word) && at + 1 < words.length ? at + 1 : at };
  }
  const against =
    at < words.length ? againstAt(words, at + 1) : { value: usually(length, version), taken: 0 };
  if ('at' in against) return { ok: false, ...against };
  let end = at < words.length ? at + 1 + against.taken : at;
  while (lower(words[end]) === 'please') end += 1;
  if (end < words.length) return { ok: false, at: end };
  if (against.value.kind === 'ago' && since === undefined && against.value.by < length)
    return {
      ...{ ok: false, at: at + 1 },
      why: `Windows of ${formatDuration(length)} that begin so close to each other overlap.`,
    };
  if (against.value.kind === 'flag') return { ok: true, flag: against.value.flag };
  return {
    ok: true,
    request: {
      ask: 'compare',
      measures: measures.size === 0 ? RED_MEASURES : [...measures],
      length,
      ...(since === undefined ? {} : { since }),
      ...(version === undefined ? {} : { version }),
      against: against.value,
    },
  };
}

/** Commands that are understood, one for each thing that can be compared with. */
export function compareExamples(service: string): readonly string[] {
  return [
    `compare ${service} errors last 30m vs yesterday`,
    `compare ${service} vs before deploy`,
    `compare ${service} p99, rate 15m vs 1h ago`,
    `compare ${service} v1.4.2 vs v1.4.1`,
    `compare ${service} since 14:00 vs last week`,
  ];
}

const SINCE = new Set(['since', 'from']);

/** What is compared with where nobody says: a version with what ran before it, a time with the day or the week before, or with as much right before. */
function usually(length: Duration, version: string | undefined): Against {
  if (version !== undefined) return { kind: 'beforeDeploy', version };
  if (length <= DAY) return YESTERDAY;
  return length <= WEEK
    ? LAST_WEEK
    : { kind: 'ago', by: length, words: `the ${formatDuration(length)} before` };
}

const YESTERDAY: Against = { kind: 'ago', by: DAY, words: 'yesterday' };
const LAST_WEEK: Against = { kind: 'ago', by: WEEK, words: 'last week' };

type Other = Against | { readonly kind: 'flag'; readonly flag: string };

function againstAt(
  words: readonly string[],
  begin: number,
): Found<Other> | { readonly at: number; readonly why?: string } {
  let at = begin;
  const word = (ahead = 0) => lower(words[at + ahead]);
  const found = (value: Other, taken: number) => ({ value, taken: at + taken - begin });
  while (SKIPPED.has(word())) at += 1;
  if (word() === 'yesterday') return found(YESTERDAY, 1);
  if (word() === 'last' && word(1) === 'week') return found(LAST_WEEK, 2);
  const span = lengthAt(words, at) ?? unitAt(words, at);
  if (span !== undefined && AGO.has(word(span.taken))) {
    const why = unfit(span.value);
    const isBare = !/^(\d|an?$|one$|half$)/i.test(words[at] ?? '');
    const text = `${isBare ? formatDuration(span.value) : words.slice(at, at + span.taken).join(' ')} ago`;
    return why === undefined
      ? found({ kind: 'ago', by: span.value, words: text }, span.taken + 1)
      : { at, why };
  }
  if (word() === 'flag') {
    const flag = words[at + 1];
    return flag === undefined ? { at: at + 1 } : found({ kind: 'flag', flag }, 2);
  }
  if (word() === 'before') return before(words, at, begin);
  const named = NAMES_VERSION.has(word()) ? words[at + 1] : undefined;
  if (named !== undefined) return found({ kind: 'version', version: named }, 2);
  if (isVersion(words[at] ?? '')) return found({ kind: 'version', version: words[at] ?? '' }, 1);
  return { at: span === undefined || at + span.taken < words.length ? at : at + span.taken };
}

/** A length without a count, as in “the day before”. */
function unitAt(words: readonly string[], at: number): Found<Duration> | undefined {
  const found = lengthAt(['last', words[at] ?? ''], 0);
  return found === undefined ? undefined : { ...found, taken: 1 };
}

/** `before deploy`, `before the last deploy`, `before deploy v1.4.2`, `before v1.4.2`. */
function before(words: readonly string[], start: number, begin: number): Found<Other> | { at: number } {
  let at = start + 1;
  while (EARLIEST.has(lower(words[at]))) at += 1;
  const saysDeploy = DEPLOY.has(lower(words[at]));
  if (saysDeploy) at += 1;
  while (saysDeploy && (lower(words[at]) === 'of' || NAMES_VERSION.has(lower(words[at])))) at += 1;
  const version = isVersion(words[at] ?? '') ? words[at] : undefined;
  if (version === undefined && !saysDeploy) return { at };
  const value: Against = version === undefined ? { kind: 'beforeDeploy' } : { kind: 'beforeDeploy', version };
  return { value, taken: at + (version === undefined ? 0 : 1) - begin };
}

const SKIPPED = new Set(['the', 'same', 'time', 'window', 'to', 'with']);
const AGO = new Set(['ago', 'earlier', 'before']);
const EARLIEST = new Set(['the', 'last', 'latest', 'newest', 'this', 'version']);
const NAMES_VERSION = new Set(['version', 'release']);

/** `v1.4.2`, `1.4`, `2026-11-25`, a revision, a build number: something with a figure in it that is neither a length nor a word mistyped. */
function isVersion(word: string): boolean {
  if (!/^[\w.+/:@-]{1,80}$/.test(word) || !/\d/.test(word) || timeOfDay(word) !== undefined) return false;
  return (
    /^v\d/i.test(word) || /[.\-_/@]/.test(word) || /^[0-9a-f]{7,40}$/i.test(word) || /^\d{3,}$/.test(word)
  );
}

function unfit(length: Duration): string | undefined {
  if (length < MINUTE) return 'I compare no less than a minute.';
  return length > MOST ? `I compare at most ${formatDuration(MOST)}.` : undefined;
}
