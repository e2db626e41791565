import { closest, distance } from 'fastest-levenshtein';
import type { Stopped } from '#app/answer.ts';
import { nearest } from '#app/nearest.ts';
import { isVersus } from '#app/words/compare.ts';
import { lengthAt, lower } from '#app/words/length.ts';
import { signalAt } from '#app/words/signal.ts';
import type { Act } from '#domain/incident/act.ts';
import type { Problem } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { HOUR, parseDuration } from '#domain/time.ts';
import { compareInstead, readComparison } from './compare-command.ts';
import { readDigest } from './digest-words.ts';
import { isAboutFlag, readFlag } from './flag-words.ts';
import { catchup, isAboutIncidents, note, readIncident, sentence } from './incident-words.ts';
import { readPostmortem } from './postmortem-words.ts';
import { telling } from './sentence-words.ts';
import {
  bare,
  flagNamed,
  type Known,
  type KnownFlag,
  serviceNamed,
  unclear,
  withService,
} from './service-words.ts';
import { readWatch } from './watch-words.ts';

/** What was typed, understood as a question or as something to do; or why not and where, with whole commands that may have been meant. `direct` answers the asker alone. */
export type Words =
  | { readonly ok: true; readonly request: Request; readonly direct: boolean }
  | { readonly ok: true; readonly act: Act; readonly direct: boolean }
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
  'flags',
  'flag',
  'panel',
  'incident',
  'catchup',
  'note',
  'postmortem',
  'watch',
  'digest',
  'coverage',
  'unmatched',
  'help',
] as const;

/** Other words for commands. */
const ALSO: ReadonlyMap<string, string> = new Map([
  ['budgets', 'budget'],
  ['cmp', 'compare'],
  ['diff', 'compare'],
  ['incidents', 'incident'],
  ['inc', 'incident'],
  ['postmortems', 'postmortem'],
  ['post-mortem', 'postmortem'],
  ['post-mortems', 'postmortem'],
  ['catch-up', 'catchup'],
  ['notes', 'note'],
]);

/** Words of which several make a command, as people say them. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^post mortems?(?=\s|$)/i, 'postmortem'],
  [/^(?:please )?catch (?:me )?up(?: (?:on|with))?(?=\s|$)/i, 'catchup'],
  [/^what(?:['’]s| has)? happened(?: so far)?(?: (?:in|to))?(?=\W|$)/i, 'catchup'],
  [/^(?:please )?(?=declare\b)/i, 'incident '],
  [/^(?:show |list )?(?:the |all )?post-?mortems(?=\s|$)/i, 'postmortem list'],
  [/^(?:please )?keep an eye on(?=\s|$)/i, 'watch'],
];

/** What is done to an incident without saying so; each names one. */
const SAID_ALONE = /^(?:resolve|close|update) (?=inc(?:ident)?[- ]?\d)/i;

/** Commands of one service that are looked for anywhere in a sentence, the more particular first. */
const ANYWHERE = ['compare', 'ready', 'deploys', 'flags', 'budget', 'status'];

/** Reads what follows `/obs` or a mention. `services`, `flags` and `owners` are the names that can be meant. */
export function readWords(
  text: string,
  services: readonly string[],
  flags: readonly KnownFlag[] = [],
  owners: readonly string[] = [],
): Words {
  const known = { services, flags, owners };
  const typed = asTyped(text).trim();
  const straight = withStraightQuotes(typed);
  const ME = /(^|\s)me(\s+please)?[.!?]?$/i;
  const direct = ME.test(straight);
  const words = (direct ? straight.replace(ME, '') : straight).trim();
  const made: Made = {
    done: (request) => ({ ok: true, request, direct }),
    act: (act) => ({ ok: true, act, direct }),
  };
  const read = readCommand(words, known, made);
  // Words that are kept are kept as they were typed, a “me” at their end too.
  if (read.ok && 'act' in read && holdsText(read.act))
    return readCommand(typed, known, { ...made, act: (act) => ({ ok: true, act, direct: false }) });
  if (read.ok) return read;
  const flag = words.split(/\s+/).find((word) => isFlag(word, known));
  const { code, what } = read.problem;
  if (flag !== undefined && code === 'service-unknown' && what.includes(`“${flag}”`))
    return unclear(`“${flag}” is a flag, not a service.`, [`flag ${flag}${direct ? ' me' : ''}`]);
  const good = read.suggestions.filter((one) => readCommand(one, known, made).ok);
  // What was asked in private is corrected in private.
  return {
    ...read,
    suggestions: (good.length === 0 ? ['help'] : good).map((one) => (direct ? `${one} me` : one)),
  };
}

function readCommand(said: string, known: Known, made: Made): Words {
  const { services } = known;
  const { done } = made;
  const words = inOneWord(said);
  const [first = 'help', ...rest] = words === '' ? ['help'] : words.split(/\s+/);
  const raw = words.slice(first.length).trim();
  const typed = first.toLowerCase();
  const command = ALSO.get(typed) ?? typed;
  switch (command) {
    case 'help':
      return done({ ask: 'help' });
    case 'watch':
      return readWatch(rest, services, done);
    case 'digest':
      return readDigest(rest, known.owners ?? []);
    case 'coverage':
    case 'unmatched':
      return done({ ask: command });
    case 'status':
      return status(rest, known, done);
    case 'ready':
      return ofService(rest, services, command, { more: TO_DEPLOY }, (service) =>
        done({ ask: 'ready', service }),
      );
    case 'budget':
    case 'deploys':
      return ofService(rest, services, command, { alone: () => done({ ask: command }) }, (service) =>
        done({ ask: command, service }),
      );
    case 'flags':
      return rest.some((word) => isFlag(word, known))
        ? readFlag(['flag', ...rest], known, done)
        : ofService(rest, services, command, { alone: () => done({ ask: 'flags' }) }, (service) =>
            done({ ask: 'flags', service }),
          );
    case 'flag':
      return readFlag([first, ...rest], known, done);
    case 'panel':
      return rest[0] === undefined
        ? unclear('Which panel? Its id stands in the corner of each picture.', ['panel s_8f31c2'])
        : done({ ask: 'snapshot', id: rest[0] });
    case 'query':
      return query(raw, done);
    case 'compare':
      return readComparison(rest, known, done);
    case 'incident':
      return readIncident(raw, known, made);
    case 'catchup':
      return catchup({ raw }, known, made);
    case 'note':
      return note({ raw }, known, made);
    case 'postmortem':
      return readPostmortem(typed.endsWith('s') && raw === '' ? 'list' : raw, known, made);
    default:
      return natural([first, ...rest], known, made);
  }
}

/** What people say in several words, begun with the command that it is. */
function inOneWord(said: string): string {
  const phrase = PHRASES.find(([pattern]) => pattern.test(said));
  if (phrase !== undefined) return said.replace(...phrase);
  return SAID_ALONE.test(said) ? `incident ${said}` : said;
}

/** Whether something to do holds words of whoever typed it. */
function holdsText(act: Act): boolean {
  return ('text' in act && act.text !== undefined) || ('title' in act && act.title !== undefined);
}

const TO_DEPLOY = new Set(['to', 'deploy', 'release', 'be', 'deployed']);

/** What is made of a request that was understood. */
export type Done = (request: Request) => Words;

/** What is made of something to do that was understood. */
export type Do = (act: Act) => Words;

/** What is made of what was understood: a question, or something to do. */
export type Made = { readonly done: Done; readonly act: Do };

/** Slack's editors curl quotes; PromQL needs them straight. */
function withStraightQuotes(text: string): string {
  return text.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'");
}

/** What was typed before Slack made links of addresses and escaped three characters. Mentions of people stay as Slack names them. */
function asTyped(text: string): string {
  return text
    .replaceAll(/<(?:https?:|mailto:|tel:)[^<>|\s]*\|([^<>]*)>/g, '$1')
    .replaceAll(/<((?:https?:|mailto:|tel:)[^<>|\s]*)>/g, '$1')
    .replaceAll(/<#[CG][A-Z0-9]+\|([^<>]*)>/g, '#$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function status(rest: readonly string[], known: Known, done: Done): Words {
  const { services } = known;
  if (rest.some(isVersus)) return compareInstead(rest, known);
  if (isAboutFlag(rest, known)) return readFlag(['status', ...rest], known, done);
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

function query(text: string, done: Done): Words {
  const bare = text.replace(/^`+|`+$/g, '').trim();
  const trailing = /^(?<promql>.+?)`*\s+(?<length>\d+[smhdw])$/s.exec(bare);
  const promql = (trailing?.groups?.promql ?? bare).replace(/^`+|`+$/g, '').trim();
  if (promql === '') return unclear('Which query?', ['query sum(rate(http_requests_total[5m])) 1h']);
  return done({ ask: 'query', promql, length: parseDuration(trailing?.groups?.length ?? '') ?? HOUR });
}

/**
 * A sentence: `how is checkout` means its status, and so does `checkout 6h`; a command anywhere is that command, `vs` anywhere is a comparison. What else there is, is a mistake: a status would
 * answer something else than was asked.
 */
function natural(typed: readonly string[], known: Known, made: Made): Words {
  const { services } = known;
  const { done } = made;
  const about = aboutIncidents(typed, known, made);
  if (about !== undefined) return about;
  const words = telling(typed, services);
  const [first = ''] = words;
  const named = words.find((word) => serviceNamed(word, services) !== undefined);
  const command = words.map(lower).find((word) => ANYWHERE.includes(ALSO.get(word) ?? word));
  if (named !== undefined && (command !== undefined || words.some(isVersus))) {
    const ask = ALSO.get(command ?? '') ?? command ?? 'compare';
    const others = words.filter((word) => word !== named && lower(word) !== command);
    return readCommand([ask, named, ...others].join(' '), known, made);
  }
  if (isAboutFlag(words, known)) return readFlag(words, known, done);
  if (named !== undefined) {
    const others = words.filter((word) => word !== named && !LAST.has(lower(word)));
    const length = lengthAt(others, 0);
    const wrong = others[length?.taken ?? 0];
    if (wrong === undefined) return status([named, ...others], known, done);
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
  if (words.some(isVersus)) return compareInstead(words, known);
  // “show me the deploys”
  if (lower(typed[0]) !== lower(first) && COMMANDS.some((one) => one === lower(first)))
    return readCommand(words.join(' '), known, made);
  const near = closest(lower(first), [...COMMANDS]);
  if (distance(lower(first), near) <= 2)
    return unclear(`I don’t know a command “${first}”.`, [[near, ...words.slice(1)].join(' ')]);
  return unclear(`I don’t know a command “${first}”.`, [nearestName(first, known)]);
}

/** A sentence about incidents or post-mortems, or one whose first word is nearly theirs: that is no sentence about a service that it names too. */
function aboutIncidents(typed: readonly string[], known: Known, made: Made): Words | undefined {
  const [first = '', ...others] = typed;
  if (typed.some((word) => /^post-?mortems?$/.test(lower(bare(word)))))
    return readPostmortem(typed.join(' '), known, made);
  if (isAboutIncidents(typed)) return sentence(typed, known, made);
  if (serviceNamed(first, known.services) !== undefined || isFlag(first, known)) return undefined;
  const near = ['incident', 'postmortem', 'declare'].find((one) => distance(lower(first), one) <= 2);
  return near === undefined
    ? undefined
    : unclear(`I don’t know a command “${first}”.`, [[near, ...others].join(' ')]);
}

function isFlag(word: string, { flags }: Known): boolean {
  return flagNamed(word, flags) !== undefined;
}

/** What is asked of the service or flag that is spelt most like a word. */
function nearestName(word: string, { services, flags }: Known): string {
  const near = nearest(bare(word), [...services, ...flags.map(({ flag }) => flag)]);
  if (near === undefined) return 'help';
  return services.includes(near) ? `status ${near}` : `flag ${near}`;
}

const LAST = new Set(['last', 'past']);
