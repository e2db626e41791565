import type { Incident } from '#domain/incident/incident.ts';
import { type ActionItem, type Postmortem, TEXTS } from '#domain/incident/postmortem.ts';
import type { Instant } from '#domain/time.ts';
import type { DueAction, PostmortemLine } from './incident-answers.ts';

/** A post-mortem as a list shows it. A text that was emptied is as much to be filled as one that nobody has begun. */
export function postmortemLine(incident: Incident, postmortem: Postmortem): PostmortemLine {
  return {
    incident,
    postmortem,
    unfilled: TEXTS.filter((field) => (postmortem.fields[field] ?? '').trim() === ''),
    open: postmortem.actions.filter(({ state }) => state === 'open'),
  };
}

/** An open action item as it is due on the day that `now` is in `zone`. */
export function dueAction(incident: string, item: ActionItem, now: Instant, zone: string): DueAction {
  return { incident, item, isOverdue: item.due !== undefined && item.due < dayIn(zone, now) };
}

/** The day that a moment falls on in a zone: `2026-12-01`. */
export function dayIn(zone: string, at: Instant): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  // Swedish writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone: zone }).format(at);
}

/** How many days there are from one day to another, both as `2026-12-01`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
