import { closest, distance } from 'fastest-levenshtein';
import type { Stopped } from '#app/answer.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { HOUR, parseDuration } from '#domain/time.ts';
import { repairCompare } from './compare-repair.ts';
import { compareExamples, readCompare } from './compare-words.ts';

/** What was typed, understood; or why not and where, with whole commands that may have been meant. `direct` answers the asker alone. */
export type Words =
  | { readonly ok: true; readonly request: Request; readonly direct: boolean }
  | {
      readonly ok: false;
      readonly problem: Problem;
      readonly suggestions: readonly string[];
      readonly stopped?: Stopped;
    };

const COMMANDS = [
  'status',
  'ready',
  'compare',
  'query',
  'budget',
  'deploys',
  'panel',
  'unmatched',
  'help',
] as const;

/** Commands of the contract that this version does not have. */
const LATER = ['watch', 'catchup', 'flags', 'flag', 'incident', 'postmortem', 'digest', 'coverage'];

const FILLER = new Set(['how', 'is', 'of', 'the', 'for', 'show', 'me?', 'please']);

/** Reads what follows `/obs` or a mention. `services` are the names that can be meant. */
export function readWords(text: string, services: readonly string[]): Words {
  const straight = unescapeSlack(text).trim();
  const direct = /(^|\s)me$/i.test(straight);
  const words = (direct ? straight.replace(/(^|\s)me$/i, '') : straight).trim();
  const [first = 'help', ...rest] = words === '' ? ['help'] : words.split(/\s+/);
  const command = first.toLowerCase();
  const done = (request: Request): Words => ({ ok: true, request, direct });
  switch (command) {
    case 'help':
      return done({ ask: 'help' });
    case 'unmatched':
      return done({ ask: 'unmatched' });
    case 'status':
      return status(rest, services, done);
    case 'ready':
      return withService(rest[0], services, 'ready', (service) => done({ ask: 'ready', service }));
    case 'budget':
    case 'budgets':
      return rest[0] === undefined
        ? done({ ask: 'budget' })
        : withService(rest[0], services, 'budget', (service) => done({ ask: 'budget', service }));
    case 'deploys':
      return rest[0] === undefined
        ? done({ ask: 'deploys' })
        : withService(rest[0], services, 'deploys', (service) => done({ ask: 'deploys', service }));
    case 'panel':
      return rest[0] === undefined
        ? unclear('Which panel? Its id stands in the corner of each picture.', ['panel s_8f31c2'])
        : done({ ask: 'snapshot', id: rest[0] });
    case 'query':
      return query(words.slice(first.length).trim(), done);
    case 'compare':
      return compare(rest, services, done);
    default:
      return LATER.includes(command)
        ? unclear(`\`${command}\` is not in this version yet.`, ['help'])
        : natural([command, ...rest], services, done);
  }
}

type Done = (request: Request) => Words;

/** Slack escapes three characters and its editors curl quotes; PromQL needs them straight. */
function unescapeSlack(text: string): string {
  return text
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function status(rest: readonly string[], services: readonly string[], done: Done): Words {
  const words = rest.filter((word) => !FILLER.has(word.toLowerCase()) && word.toLowerCase() !== 'last');
  const [name, length] = words;
  if (name === undefined) return done({ ask: 'fleet' });
  return withService(name, services, 'status', (service) => {
    const parsed = length === undefined ? HOUR : parseDuration(length);
    if (parsed === undefined) return unclear(`I don’t know a length “${length}”.`, [`status ${service} 1h`]);
    return done({ ask: 'service', service, length: parsed });
  });
}

function query(text: string, done: Done): Words {
  const bare = text.replace(/^`+|`+$/g, '').trim();
  const trailing = /^(?<promql>.+?)`*\s+(?<length>\d+[smhdw])$/s.exec(bare);
  const promql = (trailing?.groups?.promql ?? bare).replace(/^`+|`+$/g, '').trim();
  if (promql === '') return unclear('Which query?', ['query sum(rate(http_requests_total[5m])) 1h']);
  return done({ ask: 'query', promql, length: parseDuration(trailing?.groups?.length ?? '') ?? HOUR });
}

function compare(typed: readonly string[], services: readonly string[], done: Done): Words {
  // The service may stand where it does in a sentence: “errors of checkout”.
  const isService = (word: string) => services.some((name) => name.toLowerCase() === word.toLowerCase());
  const place = isService(typed[0] ?? '') ? 0 : Math.max(0, typed.findIndex(isService));
  const rest = typed.toSpliced(place, 1);
  const words = withService(typed[place], services, 'compare', (service) => {
    const read = readCompare(rest);
    const whole = (words: string) => `compare ${service}${words === '' ? '' : ` ${words}`}`;
    if (!read.ok) return stoppedAt(read, rest, service, whole);
    if ('request' in read) return done({ ...read.request, service });
    return unclear(
      `I understand “flag ${read.flag}”, but comparing the two sides of a flag comes with a later version.`,
      compareExamples(service).slice(0, 1),
    );
  });
  // A service mistyped loses nothing of what was understood.
  return words.ok || words.problem.code !== 'service-unknown' || !readCompare(rest).ok
    ? words
    : { ...words, suggestions: words.suggestions.map((one) => [one, ...rest].join(' ')) };
}

function stoppedAt(
  { at, why }: { readonly at: number; readonly why?: string },
  rest: readonly string[],
  service: string,
  whole: (words: string) => string,
): Words {
  const { meant, wholes } = repairCompare(rest, at);
  const word = rest[at] ?? '';
  const last = rest.at(-1) ?? service;
  const what =
    word === ''
      ? `I miss something after “${last}”: a time, a version or “before deploy”.`
      : `I stopped understanding at “${word}”.${why === undefined ? '' : ` ${why}`}`;
  const suggestions = wholes.length > 0 ? wholes.map(whole) : compareExamples(service).slice(0, 3);
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

/** `checkout`, `checkout status`, `how is checkout`: a service's name anywhere means its status. */
function natural(words: readonly string[], services: readonly string[], done: Done): Words {
  const named = words.map((word) => word.replace(/[?!.,]$/, '')).find((word) => services.includes(word));
  if (named !== undefined)
    return status([named, ...words.filter((word) => parseDuration(word) !== undefined)], services, done);
  const [first = ''] = words;
  const near = closest(first, [...COMMANDS]);
  if (distance(first, near) <= 2)
    return unclear(`I don’t know a command “${first}”.`, [[near, ...words.slice(1)].join(' ')]);
  const service = nearest(first, services);
  return unclear(
    `I don’t know a command “${first}”.`,
    service === undefined ? ['help'] : [`status ${service}`],
  );
}

function withService(
  name: string | undefined,
  services: readonly string[],
  command: string,
  found: (service: string) => Words,
): Words {
  const [example = 'checkout'] = services;
  if (name === undefined) return unclear('Which service?', [`${command} ${example}`]);
  const exact = services.find((service) => service.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return found(exact);
  const near = nearest(name, services);
  const problem = failure('service-unknown', `I don’t know a service “${name}”.`).problem;
  return { ok: false, problem, suggestions: [`${command} ${near ?? example}`] };
}

function nearest(name: string, services: readonly string[]): string | undefined {
  if (services.length === 0) return undefined;
  const near = closest(name, [...services]);
  return distance(name, near) <= Math.max(2, name.length / 2) ? near : undefined;
}

function unclear(what: string, suggestions: readonly string[]): Words {
  return { ok: false, problem: failure('words-unclear', what).problem, suggestions };
}
