import { closest, distance } from 'fastest-levenshtein';
import { lower } from '#app/words/length.ts';
import { present } from '#domain/optional.ts';
import { readDeclaration } from './declare-words.ts';
import { readRole, readSeverity, readStatus } from './incident-change-words.ts';
import {
  incidentAt,
  type Rest,
  roleNamed,
  severityAt,
  split,
  statusNamed,
  takeIncident,
  textAfter,
} from './incident-tokens.ts';
import { readPostmortem } from './postmortem-words.ts';
import { telling } from './sentence-words.ts';
import { bare, type Known, serviceNamed, unclear, withService } from './service-words.ts';
import type { Made, Words } from './words.ts';

/** What follows `incident`, as it was typed: an incident may be named first, then what is to be done, or the other way round. */
export function readIncident(raw: string, known: Known, made: Made): Words {
  const words = split(raw);
  const named = incidentAt(words, 0, true);
  const verb = lower(bare(words[named?.taken ?? 0] ?? ''));
  const after = textAfter(raw, (named?.taken ?? 0) + 1);
  const rest = { raw: after, ...present({ incident: named?.value }) };
  if (verb === '')
    return named === undefined
      ? made.done({ ask: 'incidents' })
      : made.done({ ask: 'incident', incident: named.value });
  const read = VERBS.get(verb) ?? (named === undefined ? LISTING.get(verb) : undefined);
  if (read !== undefined) return read(rest, known, made);
  const said = named === undefined ? words : words.slice(named.taken);
  if (statusNamed(verb) !== undefined) return readStatus({ ...rest, raw: said.join(' ') }, made);
  if (severityAt(said, 0) !== undefined) return readSeverity({ ...rest, raw: said.join(' ') }, made);
  if (roleNamed(verb) !== undefined) return readRole(verb, rest, made);
  return unknownVerb(said, raw, named?.value, known, made);
}

type Read = (rest: Rest, known: Known, made: Made) => Words;

const VERBS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ...(['show', 'view', 'info', 'details'] as const).map((word): [string, Read] => [word, show]),
  ...(['update', 'edit', 'change'] as const).map((word): [string, Read] => [word, update]),
  ...(['note', 'add', 'say', 'log'] as const).map((word): [string, Read] => [word, note]),
  ...(['catchup', 'timeline', 'summary'] as const).map((word): [string, Read] => [word, catchup]),
  [
    'status',
    (rest, known, made) => (takeIncident(rest).raw === '' ? show(rest, known, made) : readStatus(rest, made)),
  ],
  ['severity', (rest, _, made) => readSeverity(rest, made)],
  ['sev', (rest, _, made) => readSeverity(rest, made)],
  [
    'role',
    (rest, _, made) =>
      readRole(lower(bare(split(rest.raw)[0] ?? '')), { ...rest, raw: textAfter(rest.raw, 1) }, made),
  ],
  ['postmortem', (rest, known, made) => readPostmortem(`${rest.incident ?? ''} ${rest.raw}`, known, made)],
  ['export', (rest, known, made) => readPostmortem(`export ${rest.incident ?? ''} ${rest.raw}`, known, made)],
]);

/** What begins without an incident. */
const LISTING: ReadonlyMap<string, Read> = new Map<string, Read>([
  ...(['declare', 'new', 'create', 'start'] as const).map((word): [string, Read] => [
    word,
    (rest, known, { act }) => readDeclaration(split(rest.raw), known, act),
  ]),
  ...(['list', 'ls', 'open', 'all', 'recent'] as const).map((word): [string, Read] => [word, list]),
  ...(['search', 'find'] as const).map((word): [string, Read] => [word, search]),
]);

/** A list of incidents: of one service, or of all. */
function list({ raw }: Rest, known: Known, { done }: Made): Words {
  const words = telling(split(raw), known.services).filter((word) => !LISTED.has(lower(word)));
  const [name, other] = words;
  if (name === undefined) return done({ ask: 'incidents' });
  if (other !== undefined)
    return unclear(`I stopped understanding at “${other}”: a list of incidents takes one service.`, [
      `incident list ${serviceNamed(name, known.services) ?? ''}`.trim(),
      `incident search ${words.join(' ')}`,
    ]);
  return withService(name, known.services, 'incident list', (service) => done({ ask: 'incidents', service }));
}

const LISTED = new Set([
  ...['open', 'all', 'recent', 'past', 'last', 'current', 'active', 'ongoing', 'any', 'there', 'list'],
  ...['incident', 'incidents', 'service', 'every', 'latest', 'we', 'do', 'with', 'running'],
]);

/** Whether a sentence is about incidents: it says so, or names one. */
export function isAboutIncidents(words: readonly string[]): boolean {
  return words.some(
    (word, at) => /^incidents?$/.test(lower(bare(word))) || incidentAt(words, at) !== undefined,
  );
}

/** A sentence about incidents: “what incidents are open”, “how is INC-12”. */
export function sentence(words: readonly string[], known: Known, made: Made): Words {
  const at = words.findIndex((_, i) => incidentAt(words, i) !== undefined);
  const found = incidentAt(words, at);
  if (found === undefined) return list({ raw: words.join(' ') }, known, made);
  const others = [...words.slice(0, at), ...words.slice(at + found.taken)];
  const telltale = telling(others, []).filter((word) => !LISTED.has(lower(word)));
  return readIncident([found.value, ...telltale].join(' '), known, made);
}

function search({ raw }: Rest, _: Known, { done }: Made): Words {
  const text = raw.replace(/^for\s+/i, '').trim();
  return text === ''
    ? unclear('Search for which words?', ['incident search connection pool'])
    : done({ ask: 'incidents', text });
}

function show(rest: Rest, _: Known, { done }: Made): Words {
  return onlyIncident(rest, 'incident show', (incident) =>
    done({ ask: 'incident', ...present({ incident }) }),
  );
}

/** What follows `catchup`. */
export function catchup(rest: Rest, _: Known, { done }: Made): Words {
  return onlyIncident(rest, 'catchup', (incident) => done({ ask: 'catchup', ...present({ incident }) }));
}

/** A command that takes an incident and nothing else. */
function onlyIncident(
  { raw, incident: before }: Rest,
  command: string,
  found: (incident: string | undefined) => Words,
): Words {
  const words = telling(split(raw), []).filter((word) => !STANDING.has(lower(word)));
  const { incident = before, raw: more } = takeIncident({ raw: words.join(' ') }, true);
  if (more === '') return found(incident);
  return unclear(`I stopped understanding at “${split(more)[0]}”: \`${command}\` takes an incident alone.`, [
    `${command} ${incident ?? ''}`.trim(),
  ]);
}

const STANDING = new Set(['with', 'up', 'to', 'so', 'far', 'this']);

function update(rest: Rest, known: Known, made: Made): Words {
  const { incident, raw } = takeIncident(rest, true);
  if (raw === '') return made.act({ act: 'update', ...present({ incident }) });
  const [word = '', ...others] = split(raw);
  // A word alone would be noted and change nothing, which is hardly meant.
  if (others.length === 0 && (statusNamed(word) ?? severityAt([word], 0)) !== undefined) {
    const id = incident === undefined ? '' : ` ${incident}`;
    return unclear(`Is the incident to be ${bare(word)}, or is that a note?`, [
      statusNamed(word) === undefined ? `incident ${bare(word)}${id}` : `incident status${id} ${bare(word)}`,
      `note${id} ${word}`,
    ]);
  }
  return note(rest, known, made);
}

/** What follows `note`: words for the timeline, a leading incident is the one meant. */
export function note(rest: Rest, _: Known, { act }: Made): Words {
  const { incident, raw } = takeIncident(rest);
  const text = raw.trim();
  if (text !== '') return act({ act: 'note', ...present({ incident }), text });
  const id = incident === undefined ? '' : ` ${incident}`;
  return unclear('What is to be noted?', [`note${id} Rolled back to the version before`]);
}

function unknownVerb(
  words: readonly string[],
  raw: string,
  incident: string | undefined,
  known: Known,
  made: Made,
): Words {
  const [word = '', ...others] = words;
  const told = telling(words, known.services).filter((one) => !LISTED.has(lower(one)));
  if (incident === undefined && told.length === 1 && serviceNamed(told[0], known.services) !== undefined)
    return list({ raw }, known, made);
  const verbs = [...VERBS.keys(), ...LISTING.keys(), ...SHORT];
  const near = closest(lower(bare(word)), verbs);
  const id = incident === undefined ? '' : `${incident} `;
  if (distance(lower(bare(word)), near) <= 2)
    return unclear(`I don’t know what “${word}” is to do with an incident.`, [
      `incident ${id}${[near, ...others].join(' ')}`,
    ]);
  return unclear(
    `I don’t know what “${word}” is to do with an incident.`,
    incident === undefined
      ? [`incident declare ${raw.trim()}`, `incident search ${raw.trim()}`]
      : [`incident update ${incident} ${words.join(' ')}`, `incident show ${incident}`],
  );
}

const SHORT = [
  'investigating',
  'identified',
  'mitigating',
  'monitoring',
  'resolve',
  'lead',
  'comms',
  'scribe',
];
