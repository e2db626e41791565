import { closest, distance } from 'fastest-levenshtein';
import { lower } from '#app/words/length.ts';
import { SEVERITIES, STATUSES } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import {
  incidentAt,
  personNamed,
  type Rest,
  roleNamed,
  severityAt,
  split,
  statusNamed,
  takeIncident,
  textAfter,
} from './incident-tokens.ts';
import { bare, unclear } from './service-words.ts';
import type { Made, Words } from './words.ts';

/** A status and what is said with it; an incident before or after the status. */
export function readStatus(rest: Rest, { act }: Made): Words {
  const before = takeIncident(rest);
  const [word = ''] = split(before.raw);
  const status = statusNamed(word);
  if (status === undefined) return unknownStatus(word, before);
  const said = textAfter(before.raw, 1);
  const isNumber = incidentAt(split(said), 0, true) !== undefined && before.incident === undefined;
  // `resolve 12 by a rollback`: a number right after the status is the incident.
  const after = takeIncident({ raw: said, ...present({ incident: before.incident }) }, true);
  if (isNumber && after.incident === undefined) {
    const [number = '', ...others] = split(said);
    const { value: incident } = incidentAt([number], 0, true) ?? { value: '' };
    return unclear(`Is ${number} an incident, or the beginning of what you say?`, [
      `incident status ${incident} ${status} ${others.join(' ')}`,
      `incident status ${status}: “${said}”`,
    ]);
  }
  const text = after.raw.replace(/^[-–—:,]\s*/, '').trim();
  return act({
    act: 'status',
    ...present({ incident: after.incident, text: text === '' ? undefined : text }),
    status,
  });
}

function unknownStatus(word: string, { incident }: Rest): Words {
  const id = incident === undefined ? '' : ` ${incident}`;
  const near = closest(lower(bare(word)), [...STATUSES]);
  const isNear = distance(lower(bare(word)), near) <= 3;
  return unclear(
    `I don’t know a status “${word}”. An incident is ${STATUSES.slice(0, -1).join(', ')} or ${STATUSES.at(-1)}.`,
    (isNear ? [near] : STATUSES).map((status) => `incident status${id} ${status}`),
  );
}

export function readSeverity(rest: Rest, { act }: Made): Words {
  const before = takeIncident(rest);
  const words = split(before.raw);
  const bareNumber = SEVERITIES.find((one) => one === `sev${bare(words[0] ?? '')}`);
  const found =
    severityAt(words, 0) ?? (bareNumber === undefined ? undefined : { value: bareNumber, taken: 1 });
  const id = before.incident === undefined ? '' : ` ${before.incident}`;
  if (found === undefined)
    return unclear(
      words[0] === undefined
        ? 'How bad is it? From sev1 (everybody is hit) to sev4 (nobody outside notices).'
        : `I don’t know a severity “${words[0]}”. There are ${SEVERITIES.join(', ')}.`,
      SEVERITIES.map((severity) => `incident ${severity}${id}`),
    );
  const said = textAfter(before.raw, found.taken);
  const after = takeIncident({ raw: said, ...present({ incident: before.incident }) }, true);
  if (after.raw === '')
    return act({ act: 'severity', ...present({ incident: after.incident }), severity: found.value });
  const of = after.incident === undefined ? '' : ` ${after.incident}`;
  return unclear(
    `I stopped understanding at “${split(after.raw)[0]}”: a severity takes an incident alone; what is to be said with it is a note.`,
    [`incident ${found.value}${of}`, `note${of} ${after.raw}`],
  );
}

/** Who has a role: a person whom Slack knows, or whoever types. */
export function readRole(word: string, rest: Rest, { act }: Made): Words {
  const role = roleNamed(word);
  if (role === undefined)
    return unclear(
      word === ''
        ? 'Which role? There are commander, communications and scribe.'
        : `I don’t know a role “${word}”. There are commander, communications and scribe.`,
      ['incident lead', 'incident comms', 'incident scribe'],
    );
  const words = split(rest.raw).filter((one) => !LINKING.has(lower(one)));
  const before = takeIncident({ ...rest, raw: words.join(' ') }, true);
  const [who, ...others] = split(before.raw);
  const after = takeIncident({ raw: others.join(' '), ...present({ incident: before.incident }) }, true);
  const id = after.incident === undefined ? '' : ` ${after.incident}`;
  const isMe = who === undefined || ME.has(lower(bare(who)));
  const user = personNamed(who);
  if (after.raw === '' && (isMe || user !== undefined))
    return act({ act: 'role', ...present({ incident: after.incident, user }), role });
  const stopped = isMe || user !== undefined ? split(after.raw)[0] : who;
  return unclear(
    stopped?.startsWith('@') === true
      ? `I can’t tell who ${stopped} is: pick the name from the list that Slack shows after the @, so that it becomes a mention.`
      : `I stopped understanding at “${stopped}”: a role takes a mention of somebody, or “me”.`,
    [`incident ${word}${id} me`],
  );
}

const ME = new Set(['me', 'i', 'myself', 'mine']);
const LINKING = new Set(['is', 'to', 'by', 'of', 'for', 'on', 'in', '=', 'as', 'will', 'be']);
