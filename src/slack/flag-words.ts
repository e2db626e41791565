import { unfit } from '#app/words/against.ts';
import { isVersus } from '#app/words/compare.ts';
import { lengthAt, lower } from '#app/words/length.ts';
import { isPercentile, signalAt } from '#app/words/signal.ts';
import { present } from '#domain/optional.ts';
import {
  type Asked,
  type AskedFlag,
  commandOf,
  isOfRequests,
  MOST,
  stoppedAtFlag,
  type Typed,
  unknownFlag,
  whichFlag,
} from './flag-mistakes.ts';
import { FILLER } from './sentence-words.ts';
import { bare, flagNamed, type Known, serviceNamed, unclear } from './service-words.ts';
import type { Done, Words } from './words.ts';

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
    if ('why' in found) return stoppedAtFlag(words, at, found.why, asked, known);
    if (found.asked.flag !== asked.flag) place = at;
    asked = found.asked;
    at += found.taken;
  }
  const { flag, service } = asked;
  if (flag === undefined || place === undefined) {
    const rest = words.filter((word) => !FILLER.has(lower(word)) && !ABOUT.has(lower(word)));
    return whichFlag(rest, service, known);
  }
  return askFlag({ ...asked, flag }, { known, done, words, place });
}

/** Asks for both sides of a flag; or says which flag or service may have been meant, in the words typed, whose word at `place` is the flag. */
export function askFlag(
  { flag: typed, service, measures, length }: AskedFlag,
  { known, done, words, place }: Typed & { readonly done: Done },
): Words {
  const flag = flagNamed(typed, known.flags);
  if (flag === undefined) return unknownFlag(typed, service, { known, words, place });
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
