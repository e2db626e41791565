import type { Incident } from '#domain/incident/incident.ts';
import type { PostmortemRecord } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { explain } from '#domain/problem.ts';
import { findService, type Service } from '#domain/service.ts';
import { DAY, type Range } from '#domain/time.ts';
import { gatherEvidence } from './evidence.ts';
import { costsFrom, costsOf } from './incident-costs.ts';
import { rankedLike } from './incident-similar.ts';
import type { Ports } from './ports.ts';
import { picturesOf } from './postmortem-pictures.ts';
import { slosOf } from './standings.ts';

/** A post-mortem keeps so many pictures as data. */
const MOST_PICTURES = 12;

/** From this likeness on, 0…1, an earlier incident belongs into the record. */
const VERY_ALIKE = 0.8;

type RecordPorts = Pick<Ports, 'store' | 'catalog' | 'clock' | 'metrics' | 'sliCounter' | 'log'>;

/** Something that was read, and what of it could not be, in words. */
type Read<T> = { readonly value: T; readonly missing: readonly string[] };

/** What the record knows of an incident. What cannot be read now is named in it; nothing that fails loses the rest. */
export async function recordOf(
  incident: Incident,
  entries: readonly TimelineEntry[],
  ports: RecordPorts,
): Promise<PostmortemRecord> {
  const { store, clock, log } = ports;
  const { id, alerts, deploys, rollouts, times } = incident;
  const now = clock.now();
  const attempt = <T>(what: string, otherwise: T, work: () => Promise<Read<T>>): Promise<Read<T>> =>
    work().catch((error: unknown) => {
      log.error({ error, incident: id }, `${what} could not be read for a post-mortem`);
      return { value: otherwise, missing: [`${what} could not be read.`] };
    });
  const harm = { from: costsFrom(incident), to: times.mitigated ?? times.resolved ?? now };
  const [costs, requests, evidence, incidents] = await Promise.all([
    attempt('What it cost the budgets', incident.costs, () =>
      readCosts(incident, times.resolved ?? now, ports),
    ),
    attempt('The requests that failed', [], () => readRequests(incident, harm, ports)),
    attempt('The pictures', [], () => readEvidence(incident, entries, store)),
    attempt('Incidents like this one', [], () => readIncidents(incident, ports)),
  ]);
  return {
    ...{ alerts, deploys, rollouts, incidents: incidents.value, costs: costs.value },
    ...{ requests: requests.value, evidence: evidence.value },
    missing: [...costs.missing, ...requests.missing, ...evidence.missing, ...incidents.missing],
  };
}

async function readCosts(
  incident: Incident,
  to: number,
  ports: RecordPorts,
): Promise<Read<PostmortemRecord['costs']>> {
  const costs = await costsOf(incident, to, ports);
  const services = servicesOf(incident, ports);
  const uncounted = services.flatMap(({ name, slos }) =>
    slos
      .filter(({ name: slo }) => !costs.some((cost) => cost.service === name && cost.slo === slo))
      .map((slo) => `${name} ${slo.name}`),
  );
  const missing =
    uncounted.length === 0
      ? []
      : [`What it cost the budget of ${uncounted.join(', ')} could not be counted.`];
  return { value: costs, missing };
}

/** Requests by service while the harm lasted: by its request counter, else by what is kept of an SLO that counts failed requests. */
async function readRequests(
  incident: Incident,
  range: Range,
  { metrics, store, catalog }: RecordPorts,
): Promise<Read<PostmortemRecord['requests']>> {
  const services = servicesOf(incident, { catalog });
  const unknown = incident.services.filter((name) => !services.some((service) => service.name === name));
  if (range.to <= range.from) return { value: [], missing: [] };
  const readings = await metrics.readings(services, ['rate', 'errorRatio'], range);
  const each = await Promise.all(
    services.map(async (service): Promise<Read<PostmortemRecord['requests']>> => {
      const reading = readings.get(service.name);
      const all = reading?.requests;
      const share = reading?.values.errorRatio;
      if (all !== undefined && share !== undefined) {
        const failed = Math.round(all * share);
        return { value: [{ service: service.name, failed, all }], missing: [] };
      }
      const kept = await keptRequests(service, range, store);
      if (kept !== undefined) return { value: [kept], missing: [] };
      const [problem] = reading?.problems ?? [];
      const why = problem === undefined ? 'nothing counts them' : explain(problem);
      return {
        value: [],
        missing: [`Requests to ${service.name} are not known: ${why}`.replace(/\.?$/, '.')],
      };
    }),
  );
  return {
    value: each.flatMap(({ value }) => value),
    missing: [
      ...each.flatMap(({ missing }) => missing),
      ...unknown.map((name) => `${name} is not configured any more: nothing was counted of it.`),
    ],
  };
}

async function keptRequests(
  service: Service,
  range: Range,
  { budgets }: Pick<Ports['store'], 'budgets'>,
): Promise<PostmortemRecord['requests'][number] | undefined> {
  const counted = slosOf([service]).find(({ slo }) => slo.sli.kind === 'events');
  if (counted === undefined) return undefined;
  const [tally] = await budgets.tallies([{ key: counted.key, range }]);
  return tally === undefined || tally.total <= 0
    ? undefined
    : { service: service.name, failed: Math.round(tally.bad), all: Math.round(tally.total) };
}

async function readEvidence(
  incident: Incident,
  entries: readonly TimelineEntry[],
  store: Ports['store'],
): Promise<Read<PostmortemRecord['evidence']>> {
  const pictures = await picturesOf(incident, entries, store);
  const { evidence, missing } = await gatherEvidence(pictures.slice(0, MOST_PICTURES), store);
  const left = pictures.slice(MOST_PICTURES);
  const named = left.slice(0, MOST_PICTURES).join(', ');
  const words =
    left.length === 0
      ? []
      : [
          `${left.length} more ${left.length === 1 ? 'picture was' : 'pictures were'} left out: ${named}${left.length > MOST_PICTURES ? ' and others' : ''}.`,
        ];
  return { value: evidence, missing: [...missing, ...words] };
}

/** What it is the same as, what is the same as it, and earlier ones that are very much like it. */
async function readIncidents(
  incident: Incident,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<Read<PostmortemRecord['incidents']>> {
  const { id, declaredAt, duplicateOf } = incident;
  const around = { from: declaredAt - DAY, to: ports.clock.now() + 1 };
  const [beside, alike] = await Promise.all([
    ports.store.incidents.during(around),
    rankedLike(incident, ports),
  ]);
  const ids = [
    ...(duplicateOf === undefined ? [] : [duplicateOf.incident]),
    ...beside.filter((one) => one.duplicateOf?.incident === id).map((one) => one.id),
    ...alike.filter(({ score }) => score >= VERY_ALIKE).map((one) => one.incident),
  ];
  return { value: [...new Set(ids)].filter((one) => one !== id), missing: [] };
}

function servicesOf(incident: Incident, { catalog }: Pick<Ports, 'catalog'>): readonly Service[] {
  return incident.services.flatMap((name) => findService(catalog.current(), name) ?? []);
}
