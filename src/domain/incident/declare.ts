import type { AlertEpisode } from '../alert.ts';
import type { State } from '../decision.ts';
import type { Deploy } from '../deploy.ts';
import type { IncidentEvent } from '../event.ts';
import { latestStep, type Rollout } from '../flag.ts';
import { present } from '../optional.ts';
import type { Catalog } from '../service.ts';
import { findService } from '../service.ts';
import type { Instant } from '../time.ts';
import type { Incident, IncidentSeverity, IncidentTimes, Subject } from './incident.ts';

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

/** What an incident is declared from, as much of it as an incident takes over. */
type Known = Subject & {
  readonly title: string;
  readonly severity: IncidentSeverity;
  readonly service?: string;
  readonly started?: Instant;
  readonly detected?: Instant;
  readonly acknowledged?: Instant;
  readonly channel?: string;
};

function subjectOf(state: State, subject: Subject | undefined): Known | undefined {
  switch (subject?.kind) {
    case 'alert':
      return state.episode === undefined ? undefined : fromAlert(state.episode);
    case 'deploy': {
      const deploy = state.deploys.find(({ id }) => id === subject.id);
      return deploy === undefined ? undefined : fromDeploy(deploy);
    }
    case 'rollout': {
      const rollout = state.rollouts?.find(({ id }) => id === subject.id);
      return rollout === undefined ? undefined : fromRollout(rollout);
    }
    case undefined:
      return undefined;
  }
}

function fromAlert({
  id,
  name,
  service,
  severity,
  startedAt,
  begunAt,
  acknowledged,
  channel,
}: AlertEpisode): Known {
  return {
    ...{ kind: 'alert', id, channel, started: startedAt, detected: begunAt },
    title: service === undefined ? name : `${name} on ${service}`,
    severity: severity === 'page' ? 'sev2' : 'sev3',
    ...present({ service, acknowledged: acknowledged?.at }),
  };
}

function fromDeploy({ id, version, service, watch, startedAt, channel }: Deploy): Known {
  const verdict = watch?.verdict;
  return {
    ...{ kind: 'deploy', id, severity: 'sev2' },
    title: `${service ?? 'An unknown service'} ${version} does harm`,
    started: verdict?.onset?.at ?? startedAt,
    ...present({ service, channel, detected: verdict?.decidedAt }),
  };
}

function fromRollout(rollout: Rollout): Known {
  const { id, flag, service, channel } = rollout;
  const harmful = rollout.steps.findLast(({ watch }) => watch?.verdict?.word === 'stop');
  const step = harmful ?? latestStep(rollout);
  return {
    ...{ kind: 'rollout', id, severity: 'sev3' },
    title: `${flag} does harm${service === undefined ? '' : ` on ${service}`}`,
    ...present({ service, channel, started: step?.at, detected: harmful?.watch?.lookedAt }),
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
