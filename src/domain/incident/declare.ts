import type { State } from '../decision.ts';
import type { IncidentEvent } from '../event.ts';
import { present } from '../optional.ts';
import type { Catalog } from '../service.ts';
import { findService } from '../service.ts';
import type { Instant } from '../time.ts';
import type { Incident, IncidentSeverity, IncidentTimes } from './incident.ts';
import { type Known, subjectOf } from './subject.ts';

type Declared = Extract<IncidentEvent, { type: 'incidentDeclared' }>;

/** Where incidents go when neither the configuration nor the service names a channel. */
const LAST_RESORT_CHANNEL = '#general';

/** A title is one line of this many characters at most; what is longer is kept in the summary. */
export const LONGEST_TITLE = 150;

/**
 * The incident that somebody declares, from what is known of what they declared it from. Its start is when the harm was found to have begun, else when the alert says
 * that it did; detected is when we first heard of it, acknowledged when a person took it, at the latest by declaring.
 */
export function declare(state: State, event: Declared, at: Instant): Incident {
  const { catalog, nextIncident: number = 1 } = state;
  const subject = subjectOf(state, event.subject);
  const services = servicesOf(event, subject);
  const [first] = services;
  const title = titleOf(event, subject);
  const machine = event.by.kind === 'machine';
  return {
    ...{ id: `INC-${number}`, number, title, services, status: 'investigating', roles: {} },
    severity: event.severity ?? severityOf(subject),
    ...{ declaredBy: event.by, declaredAt: at, touchedAt: at, nudges: 0, costs: [] },
    times: present({
      started: state.began ?? subject?.started,
      detected: subject?.detected ?? at,
      acknowledged: subject?.acknowledged ?? (machine ? undefined : at),
    }) as IncidentTimes,
    alerts: subject?.kind === 'alert' ? [subject.id] : [],
    deploys: subject?.kind === 'deploy' ? [subject.id] : [],
    rollouts: subject?.kind === 'rollout' ? [subject.id] : [],
    channel:
      catalog.channels.incidents ?? channelOf(catalog, first) ?? subject?.channel ?? LAST_RESORT_CHANNEL,
    ...(catalog.incidents.channelPrefix === undefined ? {} : { own: { state: 'wanted' as const } }),
    ...present({
      summary: summaryOf(event),
      subject: subject === undefined ? undefined : { kind: subject.kind, id: subject.id },
      declaredIn: event.place,
    }),
  };
}

function servicesOf({ services }: Declared, subject: Known | undefined): readonly string[] {
  const all = [...services, ...(subject?.service === undefined ? [] : [subject.service])];
  return [...new Set(all)];
}

function titleOf({ title }: Declared, subject: Known | undefined): string {
  const words = title.replaceAll(/\s+/g, ' ').trim();
  return [...(words === '' ? (subject?.title ?? 'Untitled') : words)].slice(0, LONGEST_TITLE).join('');
}

function summaryOf({ title, summary }: Declared): string | undefined {
  const words = title.replaceAll(/\s+/g, ' ').trim();
  const parts = [
    ...([...words].length > LONGEST_TITLE ? [words] : []),
    ...(summary === undefined ? [] : [summary]),
  ];
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

function severityOf(subject: Known | undefined): IncidentSeverity {
  return subject?.severity ?? 'sev3';
}

function channelOf(catalog: Catalog, service: string | undefined): string | undefined {
  return service === undefined ? undefined : findService(catalog, service)?.channel;
}
