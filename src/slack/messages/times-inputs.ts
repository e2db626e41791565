import type { KnownBlock } from '@slack/types';
import type { IncidentTimes } from '#domain/incident/incident.ts';
import { checkedIn, chosenIn, type FormValues } from './form-values.ts';
import { checksInput, momentInput, secondsOf } from './inputs.ts';

export type TimeName = keyof IncidentTimes;

/** The times of an incident with what each is, in their order. */
export const TIMES: readonly (readonly [TimeName, string, string])[] = [
  ['started', 'Started', 'When the harm began.'],
  ['detected', 'Detected', 'When somebody or something noticed.'],
  ['acknowledged', 'Acknowledged', 'When a person took it on.'],
  ['mitigated', 'Mitigated', 'When the harm had ceased or a fix was in place.'],
  ['resolved', 'Resolved', 'When the work ended.'],
];

/** The field in which times (and roles) are marked as not known. */
export const CLEARED = 'cleared';

/** Asks for the times. Where one is not known its field is empty. */
export function timesInputs(times: IncidentTimes, turn = 0): readonly KnownBlock[] {
  return TIMES.map(([name, label, hint]) => momentInput({ id: name, label, hint, turn }, times[name]));
}

/** Asks which of what is filled in is not so after all: Slack’s fields of this kind cannot be emptied everywhere. */
export function clearedInput(
  options: readonly (readonly [string, string])[],
  label: string,
  turn = 0,
): readonly KnownBlock[] {
  return options.length === 0 ? [] : [checksInput({ id: CLEARED, label, turn }, options)];
}

export function knownTimes(times: IncidentTimes): readonly (readonly [string, string])[] {
  return TIMES.flatMap(([name, label]) => (times[name] === undefined ? [] : [[name, label] as const]));
}

/** What stands in the fields when they are drawn. */
export function drawnTimes(times: IncidentTimes): Record<string, string> {
  return Object.fromEntries(TIMES.map(([name]) => [name, secondsOf(times[name])?.toString() ?? '']));
}

/** The times that somebody changed, `null` where one is not known after all; `undefined` where nobody touched any. */
export function touchedTimes(
  values: FormValues,
  drawn: Readonly<Record<string, string>>,
): Readonly<Partial<Record<TimeName, number | null>>> | undefined {
  const cleared = checkedIn(values, CLEARED) ?? [];
  const changed = TIMES.flatMap(([name]) => {
    const typed = cleared.includes(name) ? '' : chosenIn(values, name);
    if (typed === undefined || isSameMinute(typed, drawn[name] ?? '')) return [];
    return [[name, typed === '' ? null : Number(typed) * 1000] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** All times as they are to be, where somebody changed any; others keep the milliseconds that no field shows. */
export function timesIn(
  values: FormValues,
  drawn: Readonly<Record<string, string>>,
  now: IncidentTimes,
): IncidentTimes | undefined {
  const touched = touchedTimes(values, drawn);
  if (touched === undefined) return undefined;
  return Object.fromEntries(Object.entries({ ...now, ...touched }).filter(([, at]) => at !== null));
}

/** Slack’s fields show minutes: what differs by seconds only is what the field could not show, and nobody changed. */
export function isSameMinute(typed: string, drawn: string): boolean {
  if (typed === '' || drawn === '') return typed === drawn;
  return Math.floor(Number(typed) / 60) === Math.floor(Number(drawn) / 60);
}
