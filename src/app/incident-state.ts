import type { State } from '#domain/decision.ts';
import type { Event, IncidentEvent, IncidentResult } from '#domain/event.ts';
import { CAUSES_BEFORE } from '#domain/incident/collect.ts';
import { COLLECTED_AFTER } from '#domain/incident/incident.ts';
import { noteKey } from '#domain/incident/timeline.ts';
import { present } from '#domain/optional.ts';
import { type Catalog, findService } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import type { Stores } from './ports.ts';

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

/** What an incident is declared from, and what else goes on in its services and in what these depend on. */
async function surroundings(
  { subject, services: named }: Extract<IncidentEvent, { type: 'incidentDeclared' }>,
  stores: Stores,
  catalog: Catalog,
  now: Instant,
): Promise<Partial<State>> {
  const of = (kind: string) => (subject?.kind === kind ? subject.id : undefined);
  const [episode, deploy, rollout] = [of('alert'), of('deploy'), of('rollout')];
  const known = {
    episode: episode === undefined ? undefined : await stores.alerts.get(episode),
    deploy: deploy === undefined ? undefined : await stores.deploys.get(deploy),
    rollout: rollout === undefined ? undefined : await stores.flags.get(rollout),
  };
  const about = known.episode ?? known.deploy ?? known.rollout;
  const services = [...new Set([...named, ...(about?.service === undefined ? [] : [about.service])])];
  const near = [
    ...new Set([...services, ...services.flatMap((name) => findService(catalog, name)?.dependsOn ?? [])]),
  ];
  const began = episode === undefined ? undefined : await beganOf(episode, stores);
  const started = began ?? known.episode?.startedAt ?? known.deploy?.startedAt ?? now;
  const range = { from: started - CAUSES_BEFORE, to: now + 1 };
  const [deploys, rollouts, firing, incidents] = await Promise.all([
    stores.deploys.during(range, near),
    stores.flags.during(range, near),
    Promise.all(services.map((service) => stores.alerts.open(service))),
    stores.incidents.collecting(now - COLLECTED_AFTER),
  ]);
  return {
    deploys: withIt(deploys, known.deploy),
    rollouts: withIt(rollouts, known.rollout),
    firing: firing.flat(),
    incidents,
    nextIncident: await stores.incidents.nextNumber(),
    ...present({ episode: known.episode, began }),
  };
}

/** The onset that the alert’s thread tells. */
async function beganOf(episode: string, { outbox }: Stores): Promise<Instant | undefined> {
  const message = (await outbox.find(`alert:${episode}`))?.message;
  return message?.about === 'alert' ? message.onset?.began.at : undefined;
}

function withIt<One extends { readonly id: string }>(
  found: readonly One[],
  one: One | undefined,
): readonly One[] {
  return one === undefined || found.some(({ id }) => id === one.id) ? found : [...found, one];
}
