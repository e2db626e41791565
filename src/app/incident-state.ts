import type { State } from '#domain/decision.ts';
import type { Event, IncidentEvent, IncidentResult } from '#domain/event.ts';
import { COLLECTED_AFTER } from '#domain/incident/incident.ts';
import { noteKey } from '#domain/incident/timeline.ts';
import { present } from '#domain/optional.ts';
import type { Catalog } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import type { Stores } from './ports.ts';
import { surroundings } from './surroundings.ts';

type Own = IncidentEvent | IncidentResult;

const OWN: ReadonlySet<Event['type']> = new Set<Own['type']>([
  ...(['incidentDeclared', 'incidentChanged', 'timelineNoted', 'noteMarked', 'timelineRevised'] as const),
  ...(['postmortemEdited', 'postmortemReviewed', 'actionWritten', 'actionMoved', 'exportAsked'] as const),
  ...(['incidentOwnChannel', 'incidentCosted', 'incidentNudged', 'postmortemRecorded'] as const),
  'pictureShown',
]);

/** Whether an event is about an incident, and not about what incidents learn of. */
export function isIncidentEvent(event: Event): event is Own {
  return OWN.has(event.type);
}

/** What has to be known to decide what happens to an incident. */
export async function incidentState(
  event: Own,
  stores: Stores,
  catalog: Catalog,
  now: Instant,
): Promise<State> {
  const nothing: State = { catalog, deploys: [] };
  switch (event.type) {
    case 'incidentDeclared':
      return { ...nothing, ...(await surroundings(event, stores, catalog, now)) };
    case 'pictureShown': {
      const { question } = event;
      const incidents = await stores.incidents.collecting(now - COLLECTED_AFTER);
      const here =
        question === undefined || incidents.length === 0
          ? undefined
          : await stores.incidents.at({
              channel: question.place,
              ...present({ thread: question.thread }),
            });
      return { ...nothing, incidents, ...present({ here: here?.id }) };
    }
    case 'noteMarked':
    case 'exportAsked':
      return nothing;
    case 'postmortemEdited': {
      const { incident, base } = event;
      const postmortem = await stores.postmortems.get(incident);
      const after = Array.from({ length: Math.max(0, (postmortem?.revision ?? 0) - base) }, (_, i) =>
        stores.postmortems.revision(incident, base + 1 + i),
      );
      return {
        ...nothing,
        ...present({ postmortem, base: await stores.postmortems.revision(incident, base) }),
        since: (await Promise.all(after)).filter((one) => one !== undefined),
      };
    }
    case 'postmortemRecorded':
    case 'postmortemReviewed':
    case 'actionWritten':
    case 'actionMoved':
      return { ...nothing, ...present({ postmortem: await stores.postmortems.get(event.incident) }) };
    case 'timelineNoted': {
      const { incident, source } = event;
      const key = source === undefined ? undefined : noteKey(source);
      return {
        ...nothing,
        ...(await theIncident(incident, stores)),
        ...present({ entry: key === undefined ? undefined : await stores.timelines.find(incident, key) }),
      };
    }
    case 'timelineRevised':
      return {
        ...nothing,
        ...(await theIncident(event.incident, stores)),
        ...present({ entry: await stores.timelines.find(event.incident, event.key) }),
      };
    default:
      return { ...nothing, ...(await theIncident(event.incident, stores)) };
  }
}

async function theIncident(id: string, { incidents }: Stores): Promise<Pick<State, 'incidents'>> {
  const incident = await incidents.get(id);
  return { incidents: incident === undefined ? [] : [incident] };
}
