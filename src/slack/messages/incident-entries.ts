import { STATUSES } from '#domain/incident/incident.ts';
import type { EntryKind, TimelineEntry } from '#domain/incident/timeline.ts';
import type { Instant } from '#domain/time.ts';
import { plain } from '../blocks.ts';
import { person, when } from './incident-facts.ts';

const SIGNS: Readonly<Record<EntryKind, string>> = {
  declared: ':rotating_light:',
  status: ':arrow_right:',
  severity: ':thermometer:',
  role: ':bust_in_silhouette:',
  details: ':pencil2:',
  note: ':memo:',
  alert: ':bell:',
  deploy: ':package:',
  flag: ':control_knobs:',
  report: ':mag:',
  snapshot: ':chart_with_upwards_trend:',
  answer: ':speech_balloon:',
  postmortem: ':page_facing_up:',
};

/** A status or a severity, as our own entries begin with it. */
const STATE = `(?:${STATUSES.join('|')}|sev [1-4])`;
/** `investigating → identified: words`, `resolved`, `reopened, investigating`, `sev 2 → sev 1`. */
const TURN = new RegExp(`^(?:(${STATE}) → )?((?:reopened, )?${STATE})(?:: (.*))?$`, 's');

/** What an entry tells, with who did it: `*identified* (was investigating) by @kim: the pool is exhausted`, `@kim: it is the pool`, `@kim is commander`, `investigator reports on Errors: it is the deploy`. */
export function entryWords(entry: TimelineEntry, limit: number): string {
  const { kind, text, by } = entry;
  const words = plain(text, limit);
  if (kind === 'note') {
    const said = words === '' ? '(no words)' : words;
    return by === undefined ? said : `${person(by)}: ${said}`;
  }
  const isDone = (kind === 'role' && text.startsWith('is ')) || kind === 'report';
  if (isDone && by !== undefined) return `${person(by)} ${words}`;
  const doer = by === undefined ? '' : ` by ${person(by)}`;
  const turn = kind === 'status' || kind === 'severity' ? TURN.exec(text) : null;
  if (turn === null) return `${words === '' ? kind : words}${doer}`;
  const [, was, to = '', more = ''] = turn;
  const said = plain(more, limit);
  return `*${to}*${was === undefined ? '' : ` (was ${was})`}${doer}${said === '' ? '' : `: ${said}`}`;
}

/** An entry where it is said as it happens: its sign stands for when. */
export function entrySaid(entry: TimelineEntry): string {
  return `${SIGNS[entry.kind]} ${entryWords(entry, 2500)}`;
}

/** An entry in a list, with when it was. */
export function entryLine(entry: TimelineEntry, near: Instant, limit = 300): string {
  return `${when(entry.at, near)} ${entryWords(entry, limit)}`;
}
