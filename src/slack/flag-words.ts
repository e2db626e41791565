import { nearest } from '#app/nearest.ts';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import type { Measure } from '#domain/signal.ts';
import { type Duration, formatDuration } from '#domain/time.ts';
import { unfit } from './against-words.ts';
import { isVersus } from './compare-words.ts';
import { lengthAt, lower } from './length-words.ts';
import { bare, FILLER, type Known, type KnownFlag, serviceNamed, unclear } from './service-words.ts';
import { isPercentile, signalAt } from './signal-words.ts';
import type { Done, Words } from './words.ts';

/** How many flags are named where one is missing. */
const MOST = 3;

/** Words that may stand about a flag and say nothing. */
const ABOUT = new Set([
  ...['flag', 'feature', 'rollout', 'compare', 'and', 'with', 'without', 'over', 'during', 'service'],
  ...['vs', 'vs.', 'versus', 'against', 'compared', 'last', 'past', 'status'],
]);

/** Words of other times: those with a flag and those without it run at the same one. */
const TIMES = new Set(['since', 'from', 'yesterday', 'today', 'ago', 'before', 'week', 'deploy']);

/** Words by which a flag would be changed, which is done where it is kept. */
const CHANGING = new Set([
  'off',
  'turn',
  'enable',
  'disable',
  'kill',
  'stop',
  'roll',
  'back',
  'rollback',
  'to',
  'set',
]);

/** The flag that a word names, in any case of letters. */
export function flagNamed(word: string | undefined, flags: readonly KnownFlag[]): string | undefined {
  const [typed, name] = [word ?? '', lower(word)];
  const found =
    flags.find(({ flag }) => flag === typed || flag === bare(typed)) ??
    flags.find(({ flag }) => lower(flag) === name || lower(flag) === lower(bare(name)));
  return found?.flag;
}

/** Whether words are about a flag: they say so, or name one that no service is called like. */
export function isAboutFlag(words: readonly string[], { flags, services }: Known): boolean {
  return words.some(
    (word) =>
      lower(bare(word)) === 'flag' ||
      (flagNamed(word, flags) !== undefined && serviceNamed(word, services) === undefined),
  );
}

/** A question about a flag, from its first word on: its name, and in any order the service, signals, and how long. */
export function readFlag(typed: readonly string[], known: Known, done: Done): Words {
  const words = typed.map((word) => word.replace(/[,;?!]+$|(?<=\w)\.$/g, ''));
  let asked: Asked = { measures: [] };
  let place: number | undefined;
  for (let at = 0; at < words.length; ) {
    const found = wordAt(words, at, asked, known);
    if ('why' in found) return stopped(words, at, found.why, asked, known);
    if (found.asked.flag !== asked.flag) place = at;
    asked = found.asked;
    at += found.taken;
  }
  const { flag, service } = asked;
  if (flag === undefined || place === undefined) return whichFlag(words, service, known);
  return askFlag({ ...asked, flag }, { known, done, words, place });
}

/** What was said of a flag so far; `flag` is as typed where it is not known. */
type Asked = {
  readonly flag?: string;
  readonly service?: string;
  readonly measures: readonly Measure[];
  readonly length?: Duration;
};

/** Asks for both sides of a flag; or says which flag or service may have been meant, in the words typed, whose word at `place` is the flag. */
export function askFlag(
  { flag: typed, service, measures, length }: AskedFlag,
  { known, done, words, place }: Typed,
): Words {
  const flag = flagNamed(typed, known.flags);
  const instead = (name: string) => words.with(Math.min(place, words.length - 1), name).join(' ');
  if (flag === undefined) return unknownFlag(typed, service, { known, words, place, instead });
  const having = known.flags.filter((one) => one.flag === flag).map((one) => one.service);
  const told = { flag, measures: measures.filter(isOfRequests), length };
  if (service !== undefined && !having.includes(service))
    return unclear(
      `${service} has no flag “${flag}”; ${having.slice(0, MOST).join(', ')} ${having.length === 1 ? 'has' : 'have'} it.`,
      having.slice(0, MOST).map((one) => commandOf({ ...told, service: one })),
    );
  const beyond = measures.find((measure) => !isOfRequests(measure));
  if (beyond !== undefined)
    return unclear(`Only requests carry a flag: its two sides have no ${beyond} of their own.`, [
      commandOf({ ...told, service }),
    ]);
  const only = measures.length === 0 ? undefined : [...new Set(measures)];
  return done({ ask: 'flag', flag, ...present({ service, length, measures: only }) });
}

type AskedFlag = Omit<Asked, 'length'> & { readonly flag: string; readonly length?: Duration | undefined };
type Typed = {
  readonly known: Known;
  readonly done: Done;
  readonly words: readonly string[];
  readonly place: number;
};

/** The flags that there are, in a sentence. */
export function listed(flags: readonly string[], service?: string): string {
  if (flags.length === 0)
    return `None${service === undefined ? '' : ` of ${service}`} is configured; services.NAME.flags in bellbuoy.yaml names them.`;
  const shown = flags.slice(0, 2 * MOST);
  const more = flags.length > shown.length ? ` and ${flags.length - shown.length} more` : '';
  const verb = service === undefined ? `There ${flags.length === 1 ? 'is' : 'are'}` : `${service} has`;
  return `${verb} ${shown.join(', ')}${more}.`;
}

/** Signals that are known of requests, and so of each side of a flag, in the word by which they are asked. */
const ASKED_AS: ReadonlyMap<Measure, string> = new Map([
  ['rate', 'rate'],
  ['errorRatio', 'errors'],
  ['p50', 'p50'],
  ['p99', 'p99'],
]);

function isOfRequests(measure: Measure): boolean {
  return ASKED_AS.has(measure);
}

/** A question as it is typed. */
function commandOf({
  flag,
  service,
  measures,
  length,
}: Omit<AskedFlag, 'service'> & { readonly service: string | undefined }): string {
  const signals = measures.flatMap((measure) => ASKED_AS.get(measure) ?? []);
  const long = length === undefined ? [] : [formatDuration(length)];
  return ['flag', flag, ...(service === undefined ? [] : [service]), ...signals, ...long].join(' ');
}

type Step = { readonly asked: Asked; readonly taken: number };

function wordAt(
  words: readonly string[],
  at: number,
  asked: Asked,
  { flags, services }: Known,
): Step | { readonly why: string } {
  const typed = words[at] ?? '';
  const word = lower(typed);
  const step = (more: Partial<Asked>, taken = 1): Step => ({ asked: { ...asked, ...more }, taken });
  const flag = flagNamed(typed, flags);
  if (flag !== undefined && (asked.flag === undefined || asked.flag === flag)) return step({ flag });
  const service = serviceNamed(typed, services);
  if (service !== undefined && (asked.service === undefined || asked.service === service))
    return step({ service });
  const signal = signalAt(words, at);
  if (signal !== undefined) return step({ measures: [...asked.measures, ...signal.value] }, signal.taken);
  if (isPercentile(word)) return { why: 'Of the percentiles there are p50 and p99.' };
  const length = lengthAt(words, at);
  if (length !== undefined) {
    const why = asked.length === undefined ? unfit(length.value) : 'How long was said before.';
    return why === undefined ? step({ length: length.value }, length.taken) : { why };
  }
  if (word === 'off' && words.some(isVersus)) return step({});
  if (TIMES.has(word))
    return { why: 'Both sides of a flag run at the same time: say how long until now, such as “1h”.' };
  if (CHANGING.has(word)) return { why: 'I only compare: a flag is changed where it is kept.' };
  if (FILLER.has(word) || ABOUT.has(word)) return step({});
  // The first word that says nothing else is taken for the name.
  const isNamedLater = words.slice(at + 1).some((one) => flagNamed(one, flags) !== undefined);
  if (asked.flag === undefined && !isNamedLater) return step({ flag: typed });
  return { why: 'After the flag I take a service, signals, and how long, such as “1h”.' };
}

function stopped(words: readonly string[], at: number, why: string, asked: Asked, { flags }: Known): Words {
  const named = asked.flag ?? words.map((word) => flagNamed(word, flags)).find((one) => one !== undefined);
  const of = asked.service === undefined ? '' : ` ${asked.service}`;
  return {
    ok: false,
    problem: failure('words-unclear', `I stopped understanding at “${words[at]}”. ${why}`).problem,
    suggestions: named === undefined ? ['flags'] : [`flag ${named}${of}`, `flag ${named}${of} 1h`],
    stopped: {
      ...{ before: words.slice(0, at).join(' '), word: words[at] ?? '' },
      after: words.slice(at + 1).join(' '),
    },
  };
}

function whichFlag(words: readonly string[], service: string | undefined, { flags }: Known): Words {
  const those = service === undefined ? flags : flags.filter((one) => one.service === service);
  const names = [...new Set(those.map(({ flag }) => flag))];
  const rest = words.filter((word) => !FILLER.has(lower(word)) && !ABOUT.has(lower(word)));
  return unclear(
    `Which flag? ${listed(names, service)}`,
    names.length === 0 ? ['flags'] : names.slice(0, MOST).map((name) => ['flag', name, ...rest].join(' ')),
  );
}

function unknownFlag(
  typed: string,
  service: string | undefined,
  { known, words, place, instead }: Omit<Typed, 'done'> & { readonly instead: (name: string) => string },
): Words {
  const own = known.flags.filter((one) => service === undefined || one.service === service);
  const names = [...new Set((own.length === 0 ? known.flags : own).map(({ flag }) => flag))];
  const meant = nearest(bare(typed), names);
  const what = `I don’t know a flag “${bare(typed)}”${service === undefined ? '' : ` of ${service}`}.`;
  if (meant === undefined)
    return unclear(
      `${what} ${listed(own.length === 0 ? [] : names, service)}`,
      names.length === 0 ? ['flags'] : [...names.slice(0, MOST).map(instead), 'flags'],
    );
  return {
    ok: false,
    problem: failure('words-unclear', what).problem,
    suggestions: [own.length === 0 ? `flag ${meant}` : instead(meant)],
    stopped: {
      ...{ before: words.slice(0, place).join(' '), word: bare(typed), meant },
      after: words.slice(place + 1).join(' '),
    },
  };
}
