import type { IncidentLine } from '#app/incident-answers.ts';
import type { Actor } from '#domain/event.ts';
import {
  type BudgetCost,
  type Incident,
  type IncidentSeverity,
  type IncidentStatus,
  isOpen,
  ROLES,
} from '#domain/incident/incident.ts';
import { beganAt, lastedFor } from '#domain/incident/lasted.ts';
import type { ReviewState } from '#domain/incident/postmortem.ts';
import { lengthWords } from '#domain/length-words.ts';
import type { Duration, Instant } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { bare, link, plain, time } from '../blocks.ts';
import { minutes } from './budget.ts';
import { who } from './figures.ts';

/** The state as a sign; the word stands beside it. */
export const STATUS_EMOJI: Readonly<Record<IncidentStatus, string>> = {
  investigating: ':rotating_light:',
  identified: ':rotating_light:',
  mitigating: ':hammer_and_wrench:',
  monitoring: ':eyes:',
  resolved: ':large_green_circle:',
};

export const REVIEW_WORDS: Readonly<Record<ReviewState, string>> = {
  draft: 'draft',
  inReview: 'in review',
  approved: 'approved',
};

/** Moments further apart than this are told with their day. */
const SAME_DAY: Duration = 12 * 3_600_000;
/** Services, SLOs and owners that are named; the others are counted. */
const NAMED = 5;
const COSTS = 4;

/** `sev 2`. */
export function severityWords(severity: IncidentSeverity): string {
  return severity.replace('sev', 'sev ');
}

/** Its title on one line, with something to read where there is none. */
export function titleOf({ title }: Pick<Incident, 'title'>, limit = 120): string {
  return bare(title) === '' ? 'untitled' : plain(title, limit);
}

/** Its id, as the way to its thread where that is known. */
export function nameOf({ incident, permalink }: Pick<IncidentLine, 'incident' | 'permalink'>): string {
  return `*${link(permalink, incident.id)}*`;
}

/** What it is and how it stands, the thing itself first: `:rotating_light: *INC-12* sev 2 · *Checkout fails* · investigating · since 13:42`. */
export function headline(incident: Incident, name = `*${plain(incident.id, 20)}*`): string {
  const { severity, status, duplicateOf } = incident;
  const title = `*${titleOf(incident)}*`;
  const sev = severityWords(severity);
  if (duplicateOf !== undefined)
    return `:twisted_rightwards_arrows: ${name} is the same as *${plain(duplicateOf.incident, 20)}* · ${title} · the work goes on there`;
  if (isOpen(incident))
    return `${STATUS_EMOJI[status]} ${name} ${sev} · ${title} · ${status} · since ${time(beganAt(incident))}`;
  return `${STATUS_EMOJI.resolved} ${name} ${endWords(incident)} · ${title} · ${sev}`;
}

/** The same as plain words, for the notification. */
export function headText(incident: Incident): string {
  const { id, severity, status, duplicateOf } = incident;
  const title = titleOf(incident, 80);
  const name = plain(id, 20);
  if (duplicateOf !== undefined)
    return `${name} is the same as ${plain(duplicateOf.incident, 20)} · ${title}`;
  return isOpen(incident)
    ? `${name} ${severityWords(severity)} · ${title} · ${status}`
    : `${name} ${endWords(incident)} · ${title}`;
}

/** `resolved after 42 min`. */
export function endWords(incident: Incident): string {
  const length = lastedFor(incident);
  return length === undefined ? 'resolved' : `resolved after ${lengthWords(length)}`;
}

/** `commander @kim · scribe @rae`, or that nobody leads yet. */
export function roleWords({ roles, status }: Incident): string {
  const held = ROLES.flatMap((role) => {
    const holder = roles[role];
    return holder === undefined ? [] : [`${role} ${person(holder)}`];
  });
  const isLed = roles.commander !== undefined || status === 'resolved';
  return [...(isLed ? [] : ['*nobody leads yet*']), ...held].join(' · ');
}

/** Somebody, or the machine that did it; what is no id of Slack's is shown as it is. */
export function person(actor: Actor): string {
  return actor.kind === 'person' ? personOf(actor.user) : who(actor);
}

/** A person by Slack's id. */
export function personOf(id: string): string {
  return /^[UW][A-Z0-9]{5,20}$/.test(id) ? `<@${id}>` : plain(id, 60) || 'somebody';
}

/** Names in a row, as many as are read; the others are counted. */
export function named(names: readonly string[], most = NAMED): string {
  const shown = names.slice(0, most).map((name) => plain(name, 60) || '–');
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * What it has cost, an SLO each, most first: `availability *9 min* of 43 min (412 of 19,200 requests bad)`; `isBrief` where the requests are told beside it. What lost
 * nothing is left out.
 */
export function costParts(
  { costs, services }: Pick<Incident, 'costs' | 'services'>,
  isBrief = false,
): readonly string[] {
  const spent = costs.filter(({ used }) => used > 0);
  const isOne = new Set([...services, ...spent.map(({ service }) => service)]).size === 1;
  const shown = spent.slice(0, COSTS).map((cost) => costPart(cost, isOne, isBrief));
  const more = spent.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** A moment, with its day where it is far from the one that it is told beside. */
export function when(at: Instant, near: Instant): string {
  return Math.abs(at - near) > SAME_DAY ? time(at, '{date_short_pretty} {time}') : time(at);
}

/** How long ago, as people say it: `just now`, `42 min ago`, `3 days ago`, `3 weeks ago`. */
export function agoWords(ago: Duration): string {
  const days = Math.round(ago / 86_400_000);
  if (ago < 60_000) return 'just now';
  if (days < 2) return `${lengthWords(ago)} ago`;
  if (days < 14) return `${days} days ago`;
  if (days < 60) return `${Math.round(days / 7)} weeks ago`;
  return days < 730 ? `${Math.round(days / 30.4)} months ago` : `${Math.round(days / 365)} years ago`;
}

/** Minutes of a budget without a zero behind the point. */
export function spentMinutes(length: Duration): string {
  return minutes(length).replace('.0 min', ' min');
}

/** An SLO may count slow requests as well as failed ones: `bad` is true of both. */
function costPart(cost: BudgetCost, isOne: boolean, isBrief: boolean): string {
  const { service, slo, used, allowed, bad, total, isTime } = cost;
  const name = `${isOne ? '' : `${plain(service, 60)} `}${plain(slo, 60)}`;
  const of = `${formatValue(bad, 'count')} of ${formatValue(total, 'count')}`;
  const what = isTime ? `${of} s lost` : `${of} requests bad`;
  return `${name} *${spentMinutes(used)}* of ${spentMinutes(allowed)}${isBrief ? '' : ` (${what})`}`;
}
