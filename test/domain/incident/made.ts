import type { AlertEpisode } from '#domain/alert.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { entry, episode, postmortem, resolved } from '../../store/given-incidents.ts';
import { ALERTS, CHATTER, PARTS, TOPICS } from './topics.ts';

export type Made = {
  readonly incident: Incident;
  readonly episode: AlertEpisode;
  readonly entries: readonly TimelineEntry[];
  readonly postmortem: Postmortem;
};

/** An alert that fires now, and the incident that was the same failure. */
export type Probe = { readonly episode: AlertEpisode; readonly twin: string; readonly isLabelled: boolean };

/** One way in which one part of one service fails, as one alert sees it. */
type Failure = {
  readonly service: string;
  readonly alert: string;
  readonly topic: number;
  /** The part that fails; the alert has no label that names it where it is absent. */
  readonly part?: readonly [label: string, value: string];
};

export const MADE_NOW = Date.UTC(2026, 10, 24, 12);
const SERVICES = 40;
/** Near misses of each twin: of these kinds in turn. */
const NEAR = 20;

/**
 * Incidents of two years, of which `twins` have an alert that fires now for the same failure: told in other words, with other numbers and other passing labels. Each
 * twin stands among near misses: the same service and alert for another failure, the same service with another alert, the same alert and the same words elsewhere.
 */
export function madeIncidents(
  all: number,
  twins: number,
  seed: number,
): { readonly incidents: readonly Made[]; readonly probes: readonly Probe[] } {
  const random = randomFrom(seed);
  const failures: { failure: Failure; isTwin: boolean }[] = [];
  const taken = new Set<string>();
  const isTaken = (failure: Failure) => taken.has(sameness(failure));
  for (let i = 0; i < twins; i += 1) {
    const failure = redrawn(() => anyFailure(random), isTaken);
    taken.add(sameness(failure));
    // Three in ten alerts have no label that says which part it is: the words have to.
    const { part, ...bare } = failure;
    const twin: Failure = i % 10 < 3 ? bare : failure;
    failures.push({ failure: twin, isTwin: true });
  }
  // What is the same failure as a twin would be as right an answer.
  for (const { failure } of [...failures])
    for (let n = 0; n < NEAR; n += 1)
      failures.push({ failure: redrawn(() => nearMiss(failure, n, random), isTaken), isTwin: false });
  while (failures.length < all)
    failures.push({ failure: redrawn(() => anyFailure(random), isTaken), isTwin: false });
  const shuffled = failures
    .map((one) => ({ ...one, order: random.next() }))
    .toSorted((a, b) => a.order - b.order);
  const incidents: Made[] = [];
  const probes: Probe[] = [];
  for (const [i, { failure, isTwin }] of shuffled.entries()) {
    const at = MADE_NOW - 730 * DAY + Math.floor((i / shuffled.length) * 729 * DAY);
    incidents.push(madeOf(i + 1, failure, at, random));
    if (isTwin)
      probes.push({
        episode: firing(`probe${i}`, failure, 1, MADE_NOW, random),
        twin: `INC-${i + 1}`,
        isLabelled: failure.part !== undefined,
      });
  }
  return { incidents, probes };
}

type Random = { next(): number; pick<T>(from: readonly T[]): T; some<T>(from: readonly T[], n: number): T[] };

/** Mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  return { next, pick, some: (from, n) => Array.from({ length: n }, () => pick(from)) };
}

/** Two failures are the same where the same alert of the same service fires for the same reason. */
function sameness({ service, alert, topic }: Failure): string {
  return `${service} ${alert} ${topic}`;
}

function redrawn(draw: () => Failure, isTaken: (failure: Failure) => boolean): Failure {
  for (;;) {
    const failure = draw();
    if (!isTaken(failure)) return failure;
  }
}

function anyFailure(random: Random): Failure {
  return {
    service: `service-${Math.floor(random.next() * SERVICES)}`,
    alert: random.pick(ALERTS),
    topic: Math.floor(random.next() * TOPICS.length),
    part: anyPart(random),
  };
}

function anyPart(random: Random): readonly [string, string] {
  const label = random.pick(PARTS);
  return [label, `${label}-${Math.floor(random.next() * 30)}`];
}

function nearMiss(twin: Failure, n: number, random: Random): Failure {
  const other = anyFailure(random);
  const topic = other.topic === twin.topic ? (twin.topic + 1) % TOPICS.length : other.topic;
  const service = other.service === twin.service ? 'service-none' : other.service;
  const alert = other.alert === twin.alert ? 'OtherAlert' : other.alert;
  const part = anyPart(random);
  // Of the same service and alert is a fifth: another part fails in another way.
  if (n % 5 === 0) return { ...twin, topic, part };
  if (n % 5 === 1) return { ...twin, alert, topic };
  if (n % 5 === 2) return { ...twin, service };
  if (n % 5 === 3) return { ...other, service, alert, topic: twin.topic };
  return { ...twin, alert, part };
}

function madeOf(number: number, failure: Failure, at: number, random: Random): Made {
  const id = `INC-${number}`;
  const alert = firing(`a${number}`, failure, 0, at, random);
  const told = () => sentence(failure, 0, random);
  const incident = resolved(number, at + HOUR, {
    ...{ id, number, title: told(), summary: told(), services: [failure.service], alerts: [alert.id] },
    ...{ declaredAt: at, touchedAt: at, times: { started: at, resolved: at + HOUR } },
  });
  const entries = [
    entry('declared', at, incident.title, { kind: 'declared' }),
    entry(`alert:${alert.id}:fired`, at, `${failure.alert} of ${failure.service} fires`, { kind: 'alert' }),
    ...Array.from({ length: 8 }, (_, i) =>
      entry(`note:${i}`, at + i * MINUTE, i % 4 === 0 ? told() : random.some(CHATTER, 8).join(' ')),
    ),
    entry('status:1', at + HOUR, 'resolved', { kind: 'status' }),
  ];
  const fields = { title: incident.title, summary: told(), rootCause: told(), wentWell: told() };
  return { incident, episode: alert, entries, postmortem: postmortem(id, 1, fields) };
}

/** The alert of a failure. `telling` is in whose words its rule describes it. */
function firing(id: string, failure: Failure, telling: 0 | 1, at: number, random: Random): AlertEpisode {
  const { service, alert, part } = failure;
  const number = () => Math.floor(random.next() * 10_000);
  return episode(id, {
    ...{ name: alert, service, startedAt: at, begunAt: at, groupLabels: { alertname: alert } },
    labels: {
      ...{ alertname: alert, service, severity: 'page', env: 'production', region: `r${number() % 3}` },
      ...{ pod: `${service}-${number()}`, instance: `10.0.${number() % 255}.7:9090`, build: `b${number()}` },
      ...(part === undefined ? {} : { [part[0]]: part[1] }),
    },
    annotations: {
      summary: `${sentence(failure, telling, random)} ${number()} ms`,
      description: `${random.some(CHATTER, 5).join(' ')} ${number()}`,
    },
  });
}

/** A few words of how it fails, one or two of them those that everybody uses, among words that are said of anything. */
function sentence({ topic }: Failure, telling: 0 | 1, random: Random): string {
  const { core = [], tellings } = TOPICS[topic] ?? { tellings: [[], []] as const };
  const words = [...random.some(core, 2), ...random.some(tellings[telling], 3), ...random.some(CHATTER, 3)];
  return words.join(' ');
}
