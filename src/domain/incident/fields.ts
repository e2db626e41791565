import type { Incident, IncidentTimes } from './incident.ts';
import type { Postmortem, PostmortemFields, TextField } from './postmortem.ts';

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

/** The times of a post-mortem: those that people wrote, else those of the incident. */
export function timesOfBoth({ fields }: Postmortem, incident: Incident): IncidentTimes {
  return { ...incident.times, ...fields.times };
}
