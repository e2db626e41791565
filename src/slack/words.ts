import { closest, distance } from 'fastest-levenshtein';
import type { Stopped } from '#app/answer.ts';
import { nearest } from '#app/nearest.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { HOUR, parseDuration } from '#domain/time.ts';
import { repairCompare } from './compare-repair.ts';
import { compareExamples, isVersus, readCompare } from './compare-words.ts';
import { lengthAt, lower } from './length-words.ts';
import { bare, serviceNamed, unclear, withService } from './service-words.ts';
import { signalAt } from './signal-words.ts';

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

/** Other words for commands. */
const ALSO: ReadonlyMap<string, string> = new Map([
  ['budgets', 'budget'],
  ['cmp', 'compare'],
  ['diff', 'compare'],
]);

/** Commands of one service that are looked for anywhere in a sentence, the more particular first. */
const ANYWHERE = ['compare', 'ready', 'deploys', 'budget', 'status'];

/** Words of sentences that say nothing. */
const FILLER = new Set([
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

/** Reads what follows `/obs` or a mention. `services` are the names that can be meant. */
export function readWords(text: string, services: readonly string[]): Words {
  const straight = unescapeSlack(text).trim();
  const ME = /(^|\s)me(\s+please)?[.!?]?$/i;
  const direct = ME.test(straight);
  const words = (direct ? straight.replace(ME, '') : straight).trim();
  const done: Done = (request) => ({ ok: true, request, direct });
  const read = readCommand(words, services, done);
  if (read.ok) return read;
  const good = read.suggestions.filter((one) => readCommand(one, services, done).ok);
  // What was asked in private is corrected in private.
  return {
    ...read,
    suggestions: (good.length === 0 ? ['help'] : good).map((one) => (direct ? `${one} me` : one)),
  };
}

function readCommand(words: string, services: readonly string[], done: Done): Words {
  const [first = 'help', ...rest] = words === '' ? ['help'] : words.split(/\s+/);
  const typed = first.toLowerCase();
  const command = ALSO.get(typed) ?? typed;
  switch (command) {
    case 'help':
      return done({ ask: 'help' });
    case 'unmatched':
      return done({ ask: 'unmatched' });
    case 'status':
      return status(rest, services, done);
    case 'ready':
      return ofService(rest, services, command, { more: TO_DEPLOY }, (service) =>
        done({ ask: 'ready', service }),
      );
    case 'budget':
    case 'deploys':
      return ofService(rest, services, command, { alone: () => done({ ask: command }) }, (service) =>
        done({ ask: command, service }),
      );
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
        : natural([first, ...rest], services, done);
  }
}

const TO_DEPLOY = new Set(['to', 'deploy', 'release', 'be', 'deployed']);

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
  if (rest.some(isVersus)) return compareInstead(rest, services);
  const words = telling(rest, services);
  const [name] = words;
  if (name === undefined) return done({ ask: 'fleet' });
  return withService(name, services, 'status', (service) => {
    if (words.length === 1) return done({ ask: 'service', service, length: HOUR });
    const length = lengthAt(words, 1);
    const wrong = length === undefined ? 1 : 1 + length.taken;
    return length !== undefined && words[wrong] === undefined
      ? done({ ask: 'service', service, length: length.value })
      : unclear(`I stopped understanding at “${words[wrong]}”: a status takes a length.`, [
          `status ${service} 1h`,
        ]);
  });
}

/** A command about one service, and nothing else that would be passed over. */
function ofService(
  rest: readonly string[],
  services: readonly string[],
  command: string,
  { alone, more }: { readonly alone?: () => Words; readonly more?: ReadonlySet<string> },
  found: (service: string) => Words,
): Words {
  const words = telling(rest, services).filter((word) => !more?.has(word.toLowerCase()));
  const [name, other] = words;
  if (name === undefined && alone !== undefined) return alone();
  return withService(name, services, command, (service) =>
    other === undefined
      ? found(service)
      : unclear(`I stopped understanding at “${other}”: \`${command}\` takes a service alone.`, [
          `${command} ${service}`,
        ]),
  );
}

/** The words that say something, without what stands around them. */
function telling(words: readonly string[], services: readonly string[]): readonly string[] {
  return words
    .map((word) => serviceNamed(word, services) ?? bare(word))
    .filter((word) => serviceNamed(word, services) !== undefined || !FILLER.has(word.toLowerCase()));
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
  const isService = (word: string) => serviceNamed(word, services) !== undefined;
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
  const read = readCompare(rest);
  return words.ok || words.problem.code !== 'service-unknown' || !read.ok || !('request' in read)
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

/**
 * A sentence: `how is checkout` means its status, and so does `checkout 6h`; a command anywhere is that command, `vs` anywhere is a comparison. What else there is, is a mistake: a status would
 * answer something else than was asked.
 */
function natural(typed: readonly string[], services: readonly string[], done: Done): Words {
  const words = telling(typed, services);
  const [first = ''] = words;
  const named = words.find((word) => serviceNamed(word, services) !== undefined);
  const command = words.map(lower).find((word) => ANYWHERE.includes(ALSO.get(word) ?? word));
  if (named !== undefined && (command !== undefined || words.some(isVersus))) {
    const ask = ALSO.get(command ?? '') ?? command ?? 'compare';
    const others = words.filter((word) => word !== named && lower(word) !== command);
    return readCommand([ask, named, ...others].join(' '), services, done);
  }
  if (named !== undefined) {
    const others = words.filter((word) => word !== named && !LAST.has(lower(word)));
    const length = lengthAt(others, 0);
    const wrong = others[length?.taken ?? 0];
    if (wrong === undefined) return status([named, ...others], services, done);
    if (others.every((word, i) => signalAt([word], 0) !== undefined || lengthAt(others, i) !== undefined))
      return unclear(`I don’t know what to do with “${others.join(' ')}”.`, [
        `compare ${named} ${others.join(' ')}`,
        `status ${named}`,
      ]);
    const near = closest(lower(wrong), [...ANYWHERE]);
    const isNear = distance(lower(wrong), near) <= 2;
    return unclear(
      `I stopped understanding at “${wrong}”.`,
      isNear ? [`${near} ${named}`] : [`status ${named}`, `deploys ${named}`],
    );
  }
  if (words.some(isVersus)) return compareInstead(words, services);
  const near = closest(lower(first), [...COMMANDS]);
  if (distance(lower(first), near) <= 2)
    return unclear(`I don’t know a command “${first}”.`, [[near, ...words.slice(1)].join(' ')]);
  const service = nearest(first, services);
  return unclear(
    `I don’t know a command “${first}”.`,
    service === undefined ? ['help'] : [`status ${service}`],
  );
}

const LAST = new Set(['last', 'past']);

/** Where something is compared without `compare` first: the whole command, if that is understood. */
function compareInstead(words: readonly string[], services: readonly string[]): Words {
  const read = readCommand(`compare ${words.join(' ')}`, services, (request) => ({
    ok: true,
    request,
    direct: false,
  }));
  return read.ok ? unclear('Two things are compared by `compare`.', [`compare ${words.join(' ')}`]) : read;
}
