import { nearest } from '#app/nearest.ts';
import { failure } from '#domain/problem.ts';
import type { Measure } from '#domain/signal.ts';
import { type Duration, formatDuration } from '#domain/time.ts';
import { bare, flagNamed, type Known, unclear } from './service-words.ts';
import type { Words } from './words.ts';

/** What was said of a flag so far; `flag` is as typed where it is not known. */
export type Asked = {
  readonly flag?: string;
  readonly service?: string;
  readonly measures: readonly Measure[];
  readonly length?: Duration;
};

/** The same with its name, known or not. */
export type AskedFlag = Omit<Asked, 'length'> & {
  readonly flag: string;
  readonly length?: Duration | undefined;
};

/** The words typed, of which the one at `place` is the flag. */
export type Typed = {
  readonly known: Known;
  readonly words: readonly string[];
  readonly place: number;
};

/** How many flags are named where one is missing. */
export const MOST = 3;

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

/** Whether a signal is known of each side of a flag. */
export function isOfRequests(measure: Measure): boolean {
  return ASKED_AS.has(measure);
}

/** A question as it is typed. */
export function commandOf({
  flag,
  service,
  measures,
  length,
}: Omit<AskedFlag, 'service'> & { readonly service: string | undefined }): string {
  const signals = measures.flatMap((measure) => ASKED_AS.get(measure) ?? []);
  const long = length === undefined ? [] : [formatDuration(length)];
  return ['flag', flag, ...(service === undefined ? [] : [service]), ...signals, ...long].join(' ');
}

/** Where understanding stopped, and why. */
export function stoppedAtFlag(
  words: readonly string[],
  at: number,
  why: string,
  asked: Asked,
  { flags }: Known,
): Words {
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

/** That a flag is missing; `rest` is what else was said. */
export function whichFlag(rest: readonly string[], service: string | undefined, { flags }: Known): Words {
  const those = service === undefined ? flags : flags.filter((one) => one.service === service);
  const names = [...new Set(those.map(({ flag }) => flag))];
  return unclear(
    `Which flag? ${listed(names, service)}`,
    names.length === 0 ? ['flags'] : names.slice(0, MOST).map((name) => ['flag', name, ...rest].join(' ')),
  );
}

/** That a flag is not known, and which may have been meant. */
export function unknownFlag(
  typed: string,
  service: string | undefined,
  { known, words, place }: Typed,
): Words {
  const instead = (name: string) => words.with(Math.min(place, words.length - 1), name).join(' ');
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
