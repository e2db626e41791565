import { compareExamples, isVersus, readCompare } from '#app/words/compare.ts';
import { lower } from '#app/words/length.ts';
import { failure } from '#domain/problem.ts';
import { repairCompare } from './compare-repair.ts';
import { listed } from './flag-mistakes.ts';
import { askFlag, readFlag } from './flag-words.ts';
import {
  flagNamed,
  type Known,
  type KnownFlag,
  serviceNamed,
  unclear,
  withService,
} from './service-words.ts';
import type { Done, Words } from './words.ts';

/** What follows `compare`: two windows of a service, or both sides of a flag. */
export function readComparison(typed: readonly string[], known: Known, done: Done): Words {
  const { services } = known;
  // The service may stand where it does in a sentence: “errors of checkout”.
  const isService = (word: string) => serviceNamed(word, services) !== undefined;
  if (!typed.some(isService)) {
    const alone = flagAlone(typed, known, done);
    const isFirst = isFlagWord(typed[0]) || flagNamed(typed[0], known.flags) !== undefined;
    if (alone?.ok === true || (alone !== undefined && isFirst)) return alone;
  }
  const place = isService(typed[0] ?? '') ? 0 : Math.max(0, typed.findIndex(isService));
  const rest = typed.toSpliced(place, 1);
  const words = withService(typed[place], services, 'compare', (service) => {
    const read = readCompare(rest);
    const whole = (words: string) => `compare ${service}${words === '' ? '' : ` ${words}`}`;
    if (!read.ok) return stoppedAt(read, rest, service, { known, whole });
    if ('request' in read) return done({ ...read.request, service });
    const { flag, measures, length } = read;
    const places = rest.map((word, i) => (isFlagWord(rest[i - 1]) && flag === stripped(word) ? i : -1));
    const at = places.find((one) => one >= 0) ?? rest.length;
    return askFlag(
      { flag, service, measures, length },
      { known, done, words: ['compare', service, ...rest], place: at + 2 },
    );
  });
  // A service mistyped loses nothing of what was understood.
  if (words.ok || words.problem.code !== 'service-unknown' || rest.length === 0) return words;
  const suggestions = words.suggestions.map((one) => {
    const whole = [one, ...rest].join(' ');
    return readComparison(whole.split(' ').slice(1), known, done).ok ? whole : one;
  });
  return { ...words, suggestions };
}

/** Where something is compared without `compare` first: the whole command, if that is understood. */
export function compareInstead(words: readonly string[], known: Known): Words {
  const read = readComparison(words, known, (request) => ({ ok: true, request, direct: false }));
  return read.ok ? unclear('Two things are compared by `compare`.', [`compare ${words.join(' ')}`]) : read;
}

/** Both sides of a flag without a service: `compare flag new-checkout`, `compare errors vs flag new-checkout`. */
function flagAlone(typed: readonly string[], known: Known, done: Done): Words | undefined {
  if (!typed.some((word) => flagNamed(word, known.flags) !== undefined)) return undefined;
  return readFlag(['compare', ...typed], known, done);
}

function isFlagWord(word: string | undefined): boolean {
  return lower(word) === 'flag';
}

/** A word as a comparison reads it. */
function stripped(word: string): string {
  return word.replace(/[,;?!]+$|(?<=\w)\.$/g, '');
}

function stoppedAt(
  { at, why }: { readonly at: number; readonly why?: string },
  rest: readonly string[],
  service: string,
  { known, whole }: { readonly known: Known; readonly whole: (words: string) => string },
): Words {
  const { meant, wholes } = repairCompare(rest, at);
  const word = rest[at] ?? '';
  const last = rest.at(-1) ?? service;
  const missesFlag = isFlagWord(rest[at - 1]);
  const flags = known.flags.filter((one) => one.service === service);
  const missing = missesFlag
    ? `Which flag? ${listed(
        flags.map(({ flag }) => flag),
        service,
      )}`
    : `I miss something after “${last}”: a time, a version, a flag or “before deploy”.`;
  const what =
    word === '' || missesFlag
      ? missing
      : `I stopped understanding at “${word}”.${why === undefined ? '' : ` ${why}`}`;
  const ofFlag = flagCommands(rest, at, service, flags).slice(0, 3);
  const mended = ofFlag.length > 0 ? ofFlag : wholes.map(whole);
  const suggestions = mended.length > 0 ? mended : compareExamples(service).slice(0, 3);
  return {
    ok: false,
    problem: failure('words-unclear', what).problem,
    suggestions,
    stopped: {
      ...{ before: whole(rest.slice(0, at).join(' ')), word, after: rest.slice(at + 1).join(' ') },
      ...(meant === undefined ? {} : { meant }),
    },
  };
}

/** Whole commands where a flag is missing, stands without `flag`, or is compared over a time that its sides do not have. */
function flagCommands(
  rest: readonly string[],
  at: number,
  service: string,
  flags: readonly KnownFlag[],
): readonly string[] {
  const [before, after] = [rest.slice(0, at), rest.slice(at + 1)];
  const whole = (...words: readonly string[]) => ['compare', service, ...before, ...words].join(' ');
  if (isFlagWord(rest[at - 1])) return flags.map(({ flag }) => whole(flag, ...after));
  const flag = flagNamed(rest[at], flags);
  if (flag !== undefined) return [whole(...(before.some(isVersus) ? [] : ['vs']), 'flag', flag, ...after)];
  const next = isFlagWord(rest[at]) && before.some(isVersus) ? flagNamed(after[0], flags) : undefined;
  return next === undefined ? [] : [`flag ${next} ${service}`, `flag ${next} ${service} 1h`];
}
