import type { IncidentSeverity, IncidentStatus, Role } from '#domain/incident/incident.ts';
import type {
  ActionKind,
  ActionState,
  CauseCategory,
  DetectionSource,
  TextField,
  TriggerKind,
} from '#domain/incident/postmortem.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, type Range, SECOND } from '#domain/time.ts';

export const SEVERITY: Readonly<Record<IncidentSeverity, string>> = {
  ...{ sev1: 'sev 1', sev2: 'sev 2', sev3: 'sev 3', sev4: 'sev 4' },
};

export const STATUS: Readonly<Record<IncidentStatus, string>> = {
  ...{ investigating: 'investigating', identified: 'identified', mitigating: 'mitigating' },
  ...{ monitoring: 'monitoring', resolved: 'resolved' },
};

export const ROLE: Readonly<Record<Role, string>> = {
  ...{ commander: 'Commander', communications: 'Communications', scribe: 'Scribe' },
};

export const DETECTED: Readonly<Record<DetectionSource, string>> = {
  alert: 'by an alert',
  deployWatch: 'by the watch after a deploy',
  flagWatch: 'by the watch after a flag change',
  person: 'by one of us',
  customer: 'by a customer',
  other: 'in another way',
};

export const TRIGGERED: Readonly<Record<TriggerKind, string>> = {
  deploy: 'a deploy',
  flag: 'a flag change',
  configuration: 'a configuration change',
  traffic: 'traffic',
  dependency: 'a dependency',
  infrastructure: 'infrastructure',
  certificate: 'a certificate',
  data: 'data',
  person: 'something that was done by hand',
  unknown: 'not known',
};

export const CAUSED: Readonly<Record<CauseCategory, string>> = {
  ...{ code: 'code', configuration: 'configuration', capacity: 'capacity', dependency: 'a dependency' },
  ...{ infrastructure: 'infrastructure', network: 'network', data: 'data', security: 'security' },
  ...{ process: 'process', monitoring: 'monitoring', unknown: 'not known' },
};

export const ACTION_KIND: Readonly<Record<ActionKind, string>> = {
  ...{ prevent: 'prevent', detect: 'detect sooner', mitigate: 'mitigate sooner' },
  ...{ process: 'process', document: 'document' },
};

export const ACTION_STATE: Readonly<Record<ActionState, string>> = {
  ...{ open: 'open', done: 'done', dropped: 'dropped' },
};

/** Texts as they are called in a sentence. */
export const FIELD: Readonly<Record<TextField, string>> = {
  ...{ title: 'title', summary: 'summary', background: 'background', impact: 'impact' },
  ...{ customerImpact: 'what customers noticed', detection: 'detection', trigger: 'trigger' },
  ...{ rootCause: 'root cause', contributingFactors: 'contributing factors', resolution: 'resolution' },
  ...{ wentWell: 'what went well', wentBadly: 'what went badly', gotLucky: 'where we got lucky' },
  supportingInformation: 'supporting information',
};

/** Writes moments in a zone. Days of summer and winter time differ, so each moment is written with its own offset. */
export function clockIn(zone: string) {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    ...{
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    },
  });
  const partsOf = (at: Instant) =>
    Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const offset = (at: Instant) =>
    (partsOf(at).timeZoneName ?? '').replace('GMT', 'UTC').replace('+00:00', '');
  return {
    offset,
    /** `Tue 24 Nov 2026`. */
    day(at: Instant): string {
      const { weekday, day, month, year } = partsOf(at);
      return `${weekday} ${day} ${month} ${year}`;
    },
    /** `12:00:10`. */
    time(at: Instant): string {
      const { hour, minute, second } = partsOf(at);
      return `${hour}:${minute}:${second}`;
    },
    /** `Tue 24 Nov 2026, 12:00:10 UTC+01:00`. */
    moment(at: Instant): string {
      return `${this.day(at)}, ${this.time(at)} ${offset(at)}`;
    },
    /** `Tue 24 Nov 2026, 12:00:10 – 12:30:10 UTC+01:00`; what both ends have in common stands once. */
    stretch({ from, to }: Range): string {
      if (this.day(from) !== this.day(to) || offset(from) !== offset(to))
        return `${this.moment(from)} – ${this.moment(to)}`;
      return `${this.day(from)}, ${this.time(from)} – ${this.time(to)} ${offset(to)}`;
    },
  };
}

export type ZoneClock = ReturnType<typeof clockIn>;

/** `2 h 5 min`: a length of time in its two largest units. */
export function lengthWords(length: Duration): string {
  if (!Number.isFinite(length)) return 'not known';
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['min', MINUTE],
    ['s', SECOND],
  ] as const;
  const largest = units.findIndex(([, size]) => length >= size);
  if (largest === -1) return length > 0 ? `${Math.round(length)} ms` : '0 s';
  const smaller = units[largest + 1];
  const [unit, size] = units[largest] ?? ['s', SECOND];
  const whole = smaller === undefined ? length : Math.round(length / smaller[1]) * smaller[1];
  // Rounding may fill the larger unit: 59 min 59.9 s is an hour.
  if (largest > 0 && whole >= (units[largest - 1]?.[1] ?? Number.POSITIVE_INFINITY))
    return lengthWords(whole);
  const [count, rest] = [Math.floor(whole / size), whole % size];
  const more = smaller === undefined || rest === 0 ? '' : ` ${Math.round(rest / smaller[1])} ${smaller[0]}`;
  return `${count} ${unit}${more}`;
}

/** `118,240`: a count to the last one, for post-mortems are read by whoever adds up. */
export function countWords(count: number): string {
  return Number.isFinite(count) ? COUNT.format(count) : '–';
}

const COUNT = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
