import { decide } from '#domain/decide.ts';
import type { Decision, State } from '#domain/decision.ts';
import type { Event, IncidentChange } from '#domain/event.ts';
import { COLLECTED_AFTER, type Incident, isOpen } from '#domain/incident/incident.ts';
import type { Postmortem, PostmortemRecord } from '#domain/incident/postmortem.ts';
import { type EntryRevision, noteKey } from '#domain/incident/timeline.ts';
import type { Catalog } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { CATALOG } from '../given.ts';

export const RAE = { kind: 'person' as const, user: 'U1' };
export const TOM = { kind: 'person' as const, user: 'U2' };

/** Runs events through the core as the program does, with incidents, their timelines and post-mortems kept as the stores keep them. */
export function incidentStory(catalog: Catalog = CATALOG) {
  const kept = {
    episodes: new Map<string, Decision['episodes'][number]>(),
    deploys: new Map<string, Decision['deploys'][number]>(),
    rollouts: new Map<string, NonNullable<Decision['rollouts']>[number]>(),
    incidents: new Map<string, Incident>(),
    entries: new Map<string, EntryRevision[]>(),
    postmortems: [] as Postmortem[],
  };
  let id = 0;
  const stateFor = (event: Event, now: Instant): State => {
    const newest = [...kept.episodes.values()].toSorted((a, b) => b.startedAt - a.startedAt);
    const subject = event.type === 'incidentDeclared' ? event.subject : undefined;
    const episode =
      event.type === 'alertNotification'
        ? newest.find(({ groupKey }) => groupKey === event.groupKey)
        : 'episode' in event
          ? kept.episodes.get(event.episode)
          : subject?.kind === 'alert'
            ? kept.episodes.get(subject.id)
            : undefined;
    const named =
      'incident' in event
        ? [...kept.incidents.values()].filter((one) => one.id === event.incident)
        : [...kept.incidents.values()].filter(
            (one) => isOpen(one) || now - (one.times.resolved ?? 0) < COLLECTED_AFTER,
          );
    const postmortem = kept.postmortems.at(-1);
    const base =
      event.type === 'postmortemEdited'
        ? kept.postmortems.find(({ revision }) => revision === event.base)
        : undefined;
    const since =
      base === undefined ? [] : kept.postmortems.filter(({ revision }) => revision > base.revision);
    const entry =
      event.type === 'timelineNoted' && event.source !== undefined
        ? kept.entries.get(`${event.incident} ${noteKey(event.source)}`)?.at(-1)
        : event.type === 'timelineRevised'
          ? kept.entries.get(`${event.incident} ${event.key}`)?.at(-1)
          : undefined;
    return {
      catalog,
      deploys: [...kept.deploys.values()].toReversed(),
      rollouts: [...kept.rollouts.values()].toReversed(),
      weather: { begun: [] },
      incidents: named,
      nextIncident: kept.incidents.size + 1,
      firing: newest.filter(({ status }) => status === 'firing'),
      ...(episode === undefined ? {} : { episode }),
      ...(postmortem === undefined ? {} : { postmortem }),
      ...(base === undefined ? {} : { base, since }),
      ...(entry === undefined ? {} : { entry }),
    };
  };
  return {
    when(now: Instant, event: Event): Decision {
      id += 1;
      const decision = decide(stateFor(event, now), { id, event, at: now }, now);
      for (const one of decision.episodes) kept.episodes.set(one.id, one);
      for (const one of decision.deploys) kept.deploys.set(one.id, one);
      for (const one of decision.rollouts ?? []) kept.rollouts.set(one.id, one);
      for (const one of decision.incidents ?? []) kept.incidents.set(one.id, one);
      for (const { incident, entry } of decision.entries ?? []) {
        const key = `${incident} ${entry.key}`;
        if (!kept.entries.has(key))
          kept.entries.set(key, [{ entry, revision: 1, dropped: false, recordedAt: now }]);
      }
      for (const { incident, revision } of decision.revised ?? [])
        kept.entries.get(`${incident} ${revision.entry.key}`)?.push(revision);
      if (decision.postmortem !== undefined) kept.postmortems.push(decision.postmortem);
      return decision;
    },
    the(name = 'INC-1'): Incident {
      const found = kept.incidents.get(name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    },
    incidents: () => [...kept.incidents.values()],
    episodes: () => [...kept.episodes.values()],
    deploys: () => [...kept.deploys.values()],
    /** Texts of its timeline as it now stands, by time. */
    timeline: (name = 'INC-1') =>
      [...kept.entries]
        .filter(([key]) => key.startsWith(`${name} `))
        .flatMap(([, revisions]) => revisions.slice(-1))
        .filter(({ dropped }) => !dropped)
        .toSorted((a, b) => a.entry.at - b.entry.at)
        .map(({ entry }) => entry.text),
    history: (key: string, name = 'INC-1') => kept.entries.get(`${name} ${key}`) ?? [],
    keys: (name = 'INC-1') =>
      [...kept.entries.keys()]
        .filter((key) => key.startsWith(`${name} `))
        .map((key) => key.split(' ')[1] ?? ''),
    postmortem(): Postmortem {
      const found = kept.postmortems.at(-1);
      if (found === undefined) throw new Error('there is no post-mortem');
      return found;
    },
    postmortems: () => kept.postmortems,
  };
}

type Declared = Extract<Event, { type: 'incidentDeclared' }>;

export function declared(more: Partial<Declared> = {}): Declared {
  return { type: 'incidentDeclared', title: 'Payments fail', services: ['checkout'], by: RAE, ...more };
}

export function changed(change: IncidentChange, note?: string, by = RAE): Event {
  return {
    ...{ type: 'incidentChanged', incident: 'INC-1', change, by },
    ...(note === undefined ? {} : { note }),
  };
}

export const NO_RECORD: PostmortemRecord = {
  ...{
    alerts: [],
    deploys: [],
    rollouts: [],
    incidents: [],
    costs: [],
    requests: [],
    evidence: [],
    missing: [],
  },
};
