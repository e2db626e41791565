import type { Incident } from '#domain/incident/incident.ts';
import type { EntryKind, TimelineEntry } from '#domain/incident/timeline.ts';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { findService } from '#domain/service.ts';
import { last, MINUTE } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import type { CatchupAnswer, IncidentLine } from '../incident-answers.ts';
import { incidentId, lineOf } from '../incident-line.ts';
import { withIncident } from '../incident-place.ts';
import { similarTo } from '../incident-similar.ts';
import type { Ports } from '../ports.ts';
import type { AnswerPorts } from './answer.ts';
import { openAlert } from './health.ts';

/** Incidents that a list shows, and that are looked at to count the rest. */
const SHOWN = 15;
const COUNTED = 200;

/** The end of a timeline that an answer shows. */
const ENTRIES = 20;

/** Entries that tell whoever joins late what happened. */
const MATTER = 10;

/** How its services do now is read over this. */
const NOW = 5 * MINUTE;

type LinePorts = Pick<Ports, 'store' | 'conversations'>;

/** Open ones first, then newest first; or, where words are searched for, those that fit them best. */
export async function incidents(
  { service, text }: Omit<Extract<Request, { ask: 'incidents' }>, 'ask'>,
  { store, conversations, catalog, clock }: AnswerPorts,
): Promise<Answered> {
  if (service !== undefined && findService(catalog.current(), service) === undefined)
    return refused(failure('service-unknown', `There is no service ${service}.`).problem, ['incident list']);
  const concerns = (one: Incident) => service === undefined || one.services.includes(service);
  const [open, found] = await Promise.all([
    store.incidents.open(),
    text === undefined
      ? store.incidents.recent({ limit: COUNTED, ...present({ service }) })
      : store.incidents.search(text, COUNTED),
  ]);
  const all = found.map((one) => ('excerpt' in one ? one : { incident: one }));
  const concerned = all.filter(({ incident: one }) => concerns(one));
  const shown = concerned.slice(0, SHOWN);
  const lines = await Promise.all(
    shown.map(({ incident: one, ...more }) => lineOf(one, { store, conversations }, more)),
  );
  return {
    answer: {
      ...{ kind: 'incidents', at: clock.now(), ...present({ service, text }), lines },
      open: open.filter(concerns).length,
      omitted: concerned.length - shown.length,
    },
  };
}

/** One incident with the end of its timeline, and earlier ones like it. */
export async function incident(id: string | undefined, ports: AnswerPorts): Promise<Answered> {
  return withFound('incident', id, ports, async (found) => {
    const { store, clock } = ports;
    const [line, entries, all, similar] = await Promise.all([
      lineOf(found, ports),
      store.timelines.list(found.id, ENTRIES),
      store.timelines.count(found.id),
      similarTo(found, ports),
    ]);
    const earlier = Math.max(0, all - entries.length);
    return { answer: { kind: 'incident', at: clock.now(), line, entries, earlier, similar } };
  });
}

/** What happened so far, for whoever joins late. */
export async function catchup(id: string | undefined, ports: AnswerPorts): Promise<Answered> {
  return withFound('catchup', id, ports, async (found) => {
    const { store, clock } = ports;
    const at = clock.now();
    const [line, all, now, firing] = await Promise.all([
      lineOf(found, ports),
      store.timelines.list(found.id),
      readingsOf(found, at, ports),
      firingOf(found, ports),
    ]);
    const entries = whatMatters(all, MATTER);
    return {
      answer: { kind: 'catchup', at, line, entries, omitted: all.length - entries.length, now, firing },
    };
  });
}

/** Runs with the incident that is meant, or says that there is none and which may have been meant. */
export async function withFound(
  ask: 'incident' | 'catchup' | 'postmortem',
  id: string | undefined,
  ports: Pick<Ports, 'store'>,
  work: (incident: Incident) => Promise<Answered>,
): Promise<Answered> {
  const request: Request = { ask, ...present({ incident: id }) };
  const placed = await withIncident(request, undefined, ports);
  if (!placed.ok) return { answer: placed.answer };
  const named = incidentId('incident' in placed.request ? (placed.request.incident ?? '') : '');
  const found = await ports.store.incidents.get(named);
  if (found !== undefined) return work(found);
  const near = nearestOf(named, await ports.store.incidents.recent({ limit: COUNTED }));
  const written = { incident: 'incident show', catchup: 'catchup', postmortem: 'postmortem' }[ask];
  return refused(
    failure('words-unclear', `There is no incident ${named}.`).problem,
    near.map((one) => `${written} ${one}`),
  );
}

/** The open incidents, as a view of something else shows them. A duplicate is worked on elsewhere. */
export async function openLines(
  ports: LinePorts,
  services?: readonly string[],
): Promise<readonly IncidentLine[]> {
  const open = await ports.store.incidents.open();
  const concerned = open.filter(
    (one) => services === undefined || one.services.some((name) => services.includes(name)),
  );
  return Promise.all(concerned.map((one) => lineOf(one, ports)));
}

/** What tells most of an incident. Of the rest the latest is kept: what is going on now. */
const WEIGHT: Readonly<Record<EntryKind, number>> = {
  declared: 6,
  status: 5,
  alert: 3,
  deploy: 3,
  flag: 3,
  note: 4,
  report: 4,
  severity: 3,
  role: 1,
  details: 1,
  snapshot: 0,
  answer: 1,
  postmortem: 2,
};

/** The entries that matter most, in order: how it was declared, what fired first, what may have caused it, then states and notes, later before earlier. */
export function whatMatters(entries: readonly TimelineEntry[], most: number): readonly TimelineEntry[] {
  if (entries.length <= most) return entries;
  const fired = entries.find(({ kind }) => kind === 'alert');
  const cause = entries.findLast(
    ({ kind, at }) =>
      (kind === 'deploy' || kind === 'flag') &&
      at <= (fired?.at ?? entries.find((one) => one.kind === 'declared')?.at ?? 0),
  );
  const weightOf = (entry: TimelineEntry) =>
    entry === fired || entry === cause ? WEIGHT.declared : WEIGHT[entry.kind];
  const ranked = entries
    .map((entry, i) => ({ entry, i, weight: weightOf(entry) }))
    .toSorted((a, b) => b.weight - a.weight || b.i - a.i)
    .slice(0, most);
  return ranked.toSorted((a, b) => a.i - b.i).map(({ entry }) => entry);
}

async function readingsOf(
  { services: names }: Incident,
  at: number,
  { metrics, catalog }: AnswerPorts,
): Promise<CatchupAnswer['now']> {
  const services = names.flatMap((name) => findService(catalog.current(), name) ?? []);
  const readings = await metrics.readings(services, ['rate', 'errorRatio', 'p50', 'p99'], last(NOW, at));
  return services.map(({ name }) => ({
    service: name,
    reading: readings.get(name) ?? { values: {}, problems: [] },
  }));
}

async function firingOf({ alerts }: Incident, { store }: LinePorts): Promise<CatchupAnswer['firing']> {
  const episodes = await Promise.all(alerts.map((id) => store.alerts.get(id)));
  return episodes.flatMap((episode) => (episode?.status === 'firing' ? [openAlert(episode)] : []));
}

/** Those whose number is nearest. */
function nearestOf(id: string, known: readonly Incident[]): readonly string[] {
  const number = Number(/\d+/.exec(id)?.[0] ?? Number.NaN);
  const ranked = Number.isNaN(number)
    ? known
    : known.toSorted((a, b) => Math.abs(a.number - number) - Math.abs(b.number - number));
  return ranked.slice(0, 3).map((one) => one.id);
}

function refused(problem: ReturnType<typeof failure>['problem'], suggestions: readonly string[]): Answered {
  return { answer: { kind: 'problem', problem, suggestions } };
}
