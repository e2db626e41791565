import type { Duration } from '../time.ts';
import type { Incident, IncidentTimes } from './incident.ts';
import { type Postmortem, type PostmortemFields, TEXTS, type TextField } from './postmortem.ts';
import { spansOf, TIME_NAMES } from './time-doubts.ts';

/** A text that people wrote, without the blank space around it; `undefined` where there is none. */
export function textOf(fields: PostmortemFields, name: TextField): string | undefined {
  const text = fields[name]?.trim();
  return text === '' ? undefined : text;
}

/** The lines of a text that is a list, without the bullets or numbers that people type before them. */
export function linesOf(fields: PostmortemFields, name: TextField): readonly string[] {
  return (fields[name] ?? '')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/^\s*(?:[-*+•–]|\d{1,3}[.)])\s+/, '').trim())
    .filter((line) => line !== '' && !/^[-*+•–]$/.test(line));
}

/** The times of a post-mortem: those that people wrote in it, else those that the incident has by now. What people took out is not known. */
export function timesOfBoth({ fields, drafted }: Postmortem, incident: Incident): IncidentTimes {
  const times = TIME_NAMES.map((name) => {
    const written = fields.times?.[name];
    const isTouched = fields.times !== undefined && written !== drafted.times?.[name];
    return [name, isTouched ? written : (incident.times[name] ?? written)] as const;
  });
  return Object.fromEntries(times.filter(([, at]) => at !== undefined));
}

/** How long the harm lasted: until it was mitigated, else until it was resolved; only where both ends are known and in order. */
export function harmLasted(times: IncidentTimes): Duration | undefined {
  const { toMitigate, toResolve } = spansOf(times);
  return times.mitigated === undefined ? toResolve : toMitigate;
}

/** Texts that the record filled in and nobody has touched since. */
export function uneditedIn({
  fields,
  drafted,
}: Pick<Postmortem, 'fields' | 'drafted'>): readonly TextField[] {
  return TEXTS.filter((name) => textOf(fields, name) !== undefined && fields[name] === drafted[name]);
}
