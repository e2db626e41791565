import type { Against, Request } from '#domain/request.ts';
import { type Measure, RED_MEASURES } from '#domain/signal.ts';
import { DAY, type Duration, formatDuration, MINUTE, WEEK } from '#domain/time.ts';
import { againstAt, DEPLOY, LAST_WEEK, type Other, unfit, YESTERDAY } from './against.ts';
import { type Found, lengthAt, lower, timeAt } from './length.ts';
import { isPercentile, signalAt } from './signal.ts';
import { isVersion } from './version.ts';

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** The words after the service, understood; or the place of the first that was not (that of the end where something is missing), and what would have been. */
export type CompareWords =
  | { readonly ok: true; readonly request: Omit<CompareRequest, 'service'> }
  | {
      readonly ok: true;
      readonly flag: string;
      readonly measures: readonly Measure[];
      readonly length?: Duration;
    }
  | Stop;

type Stop = { readonly ok: false; readonly at: number; readonly why?: string };

const USUAL = 30 * MINUTE;

/** Words that may stand anywhere and say nothing. */
const FILLER = new Set([
  ...['and', 'of', 'the', 'in', 'for', 'over', 'during', 'from', 'its', 'on', 'at', 'last', 'past', '+', '&'],
  ...['compared', 'now', 'window', 'version', 'release', 'please', 'same', 'time', ''],
]);
const VERSUS = new Set(['vs', 'versus', 'against', 'with', 'to', 'than']);
const SINCE = new Set(['since', 'from']);

/** What was said so far. `sinceDeploy` is a window that begins with the last deploy. */
export type Said = {
  readonly measures: readonly Measure[];
  readonly length?: Duration;
  readonly since?: number;
  readonly version?: string;
  readonly sinceDeploy?: true;
  readonly other?: Other;
};

/** Reads what to compare: signals, the length of the window, and after `vs` what with, which may stand before them too. Without it: yesterday, or before the version named. */
export function readCompare(typed: readonly string[]): CompareWords {
  const words = typed.map((word) => word.replace(/[,;?!]+$|(?<=\w)\.$/g, ''));
  let said: Said = { measures: [] };
  let versus = 0;
  for (let at = 0; at < words.length; ) {
    const found = wordAt(words, at, said);
    if ('ok' in found) return found;
    if (found.value.other !== undefined && said.other === undefined) versus = at;
    said = found.value;
    at += found.taken;
  }
  return asked(said, versus + 1);
}

/** Whether a word says that two things are compared, wherever it stands. */
export function isVersus(word: string): boolean {
  return /^(vs\.?|versus|compared?)$/i.test(word);
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

function wordAt(words: readonly string[], at: number, said: Said): Found<Said> | Stop {
  const word = lower(words[at]);
  const found = (more: Partial<Said>, taken: number): Found<Said> => ({ value: { ...said, ...more }, taken });
  const hasLength = said.length !== undefined || said.since !== undefined;
  const once = (more: Partial<Said>, taken: number): Found<Said> | Stop =>
    hasLength ? { ok: false, at, why: 'How long, or since when, was said before.' } : found(more, taken);
  if (said.other === undefined && VERSUS.has(word.replace(/\.$/, ''))) {
    const against = againstAt(words, at + 1);
    if ('at' in against) return { ok: false, ...against };
    const { length, ...other } = against.value;
    if (length === undefined || length === said.length) return found({ other }, against.taken + 1);
    const why = hasLength ? 'How long, or since when, was said before.' : unfit(length);
    return why === undefined ? found({ other, length }, against.taken + 1) : { ok: false, at: at + 1, why };
  }
  const signal = signalAt(words, at);
  if (signal !== undefined) return found({ measures: [...said.measures, ...signal.value] }, signal.taken);
  if (isPercentile(word)) return { ok: false, at, why: 'Of the percentiles there are p50 and p99.' };
  if (SINCE.has(word)) {
    const since = sinceAt(words, at + 1);
    if (since !== undefined) return once(since.value, since.taken + 1);
  }
  if (word === 'today') return once({ since: 0 }, 1);
  const span = lengthAt(words, at);
  if (span !== undefined) {
    const why = unfit(span.value);
    return why === undefined ? once({ length: span.value }, span.taken) : { ok: false, at, why };
  }
  const typed = words[at] ?? '';
  if (said.version === undefined && said.other === undefined && isVersion(typed))
    return found({ version: typed }, 1);
  const named = word === 'version' ? (words[at + 1] ?? '') : '';
  if (said.version === undefined && said.other === undefined && /\d/.test(named))
    return found({ version: named }, 2);
  if (FILLER.has(word)) return found({}, 1);
  return { ok: false, at: SINCE.has(word) && at + 1 < words.length ? at + 1 : at };
}

/** What may stand after `since`: a time of the day, yesterday, the last deploy, a version. */
function sinceAt(words: readonly string[], start: number): Found<Partial<Said>> | undefined {
  let at = start;
  const found = (value: Partial<Said>, taken: number) => ({ value, taken: at + taken - start });
  while (['the', 'last', 'latest', 'this'].includes(lower(words[at]))) at += 1;
  const time = timeAt(words, at);
  if (time !== undefined) return found({ since: time.value }, time.taken);
  const word = words[at] ?? '';
  if (lower(word) === 'today') return found({ since: 0 }, 1);
  if (lower(word) === 'yesterday') return found({ length: DAY }, 1);
  if (isVersion(word)) return found({ version: word, length: DAY }, 1);
  if (!DEPLOY.has(lower(word))) return undefined;
  const version = words[at + 1] ?? '';
  return isVersion(version)
    ? found({ version, length: DAY }, 2)
    : found({ sinceDeploy: true, length: DAY }, 1);
}

/** The whole question, with what is usual where nothing was said; `other` is where what is compared with stands. */
export function asked(said: Said, other: number): CompareWords {
  if (said.other?.kind === 'flag') return sidesOf(said, said.other.flag, other);
  const { measures, length = USUAL, since, version, sinceDeploy } = said;
  const against = said.other ?? (sinceDeploy ? { kind: 'beforeDeploy' } : usually(length, version));
  if (sinceDeploy && against.kind === 'ago')
    return { ok: false, at: other, why: 'What came since a deploy I compare with what was before it.' };
  if (against.kind === 'ago' && since === undefined && version === undefined && against.by < length)
    return {
      ...{ ok: false, at: other },
      why: `Windows of ${formatDuration(length)} that begin so close to each other overlap.`,
    };
  return {
    ok: true,
    request: {
      ask: 'compare',
      measures: measures.length === 0 ? RED_MEASURES : [...new Set(measures)],
      length,
      ...(since === undefined ? {} : { since }),
      ...(version === undefined ? {} : { version }),
      against,
    },
  };
}

/** Both sides of a flag run at the same time, which can only be until now. */
function sidesOf(
  { measures, length, since, version, sinceDeploy }: Said,
  flag: string,
  other: number,
): CompareWords {
  if (since !== undefined || version !== undefined || sinceDeploy === true)
    return {
      ...{ ok: false, at: other },
      why: 'The two sides of a flag I compare over a time until now, such as “last 1h”.',
    };
  return { ok: true, flag, measures: [...new Set(measures)], ...(length === undefined ? {} : { length }) };
}

/** What is compared with where nobody says: a version with what ran before it, a time with the day or the week before, or with as much right before. */
function usually(length: Duration, version: string | undefined): Against {
  if (version !== undefined) return { kind: 'beforeDeploy', version };
  if (length <= DAY) return YESTERDAY;
  return length <= WEEK
    ? LAST_WEEK
    : { kind: 'ago', by: length, words: `the ${formatDuration(length)} before` };
}
