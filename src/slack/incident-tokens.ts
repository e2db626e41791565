import { type Found, lower } from '#app/words/length.ts';
import {
  type IncidentSeverity,
  type IncidentStatus,
  type Role,
  SEVERITIES,
  STATUSES,
} from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import { bare } from './service-words.ts';

/** An incident's id: `INC-12`, `inc12`, `inc 12`, `incident 12`; `12` and `#12` only where nothing but an id can stand (`isAlone`). */
export function incidentAt(words: readonly string[], at: number, isAlone = false): Found<string> | undefined {
  const word = lower(bare(words[at] ?? ''));
  const whole = /^inc-?(\d{1,9})$/.exec(word)?.[1];
  if (whole !== undefined) return { value: idOf(whole), taken: 1 };
  const next = /^#?(\d{1,9})$/.exec(bare(words[at + 1] ?? ''))?.[1];
  if ((word === 'inc' || word === 'incident') && next !== undefined) return { value: idOf(next), taken: 2 };
  const alone = isAlone ? /^#?(\d{1,9})$/.exec(word)?.[1] : undefined;
  return alone === undefined ? undefined : { value: idOf(alone), taken: 1 };
}

/** How bad it is: `sev2`, `SEV-2`, `sev 2`, `severity 2`. */
export function severityAt(words: readonly string[], at: number): Found<IncidentSeverity> | undefined {
  const word = lower(bare(words[at] ?? ''));
  const whole = SEVERITIES.find((one) => one === word.replace(/^(sev|severity)-?(?=\d$)/, 'sev'));
  if (whole !== undefined) return { value: whole, taken: 1 };
  if (word !== 'sev' && word !== 'severity') return undefined;
  const next = SEVERITIES.find((one) => one === `sev${bare(words[at + 1] ?? '')}`);
  return next === undefined ? undefined : { value: next, taken: 2 };
}

/** Where the work stands, also as people say it. */
export function statusNamed(word: string | undefined): IncidentStatus | undefined {
  const typed = lower(bare(word ?? ''));
  return STATUSES.find((one) => one === typed) ?? ALSO_STATUS.get(typed);
}

const ALSO_STATUS: ReadonlyMap<string, IncidentStatus> = new Map([
  ['investigate', 'investigating'],
  ['reopen', 'investigating'],
  ['reopened', 'investigating'],
  ['identify', 'identified'],
  ['mitigate', 'mitigating'],
  ['mitigated', 'monitoring'],
  ['monitor', 'monitoring'],
  ['resolve', 'resolved'],
  ['close', 'resolved'],
  ['closed', 'resolved'],
]);

export function roleNamed(word: string | undefined): Role | undefined {
  return ROLE_WORDS.get(lower(bare(word ?? '')));
}

const ROLE_WORDS: ReadonlyMap<string, Role> = new Map([
  ['lead', 'commander'],
  ['leader', 'commander'],
  ['commander', 'commander'],
  ['command', 'commander'],
  ['ic', 'commander'],
  ['comms', 'communications'],
  ['communication', 'communications'],
  ['communications', 'communications'],
  ['scribe', 'scribe'],
]);

/** Somebody whom Slack has made a mention of: `<@U123>` or `<@U123|name>`. */
export function personNamed(word: string | undefined): string | undefined {
  return /^<@([UW][A-Z0-9]{2,})(?:\|[^<>]*)?>[,.:;!?]*$/.exec(word ?? '')?.[1];
}

/** The rest of a command: as it was typed, and the incident that was named before it. */
export type Rest = { readonly raw: string; readonly incident?: string };

/** The rest without the incident that it may begin with; `isAlone` where a bare number that stands alone is one. */
export function takeIncident({ raw, incident }: Rest, isAlone = false): Rest {
  const words = split(raw);
  const found = incidentAt(words, 0, isAlone && words.length === 1);
  return found === undefined
    ? { raw: raw.trim(), ...present({ incident }) }
    : { raw: textAfter(raw, found.taken), incident: found.value };
}

/** The words of a text. */
export function split(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What stands after so many words of a text, its line breaks kept. */
export function textAfter(raw: string, words: number): string {
  return raw.trim().replace(new RegExp(`^(?:\\S+(?:\\s+|$)){${words}}`), '');
}

function idOf(digits: string): string {
  return `INC-${Number(digits)}`;
}
