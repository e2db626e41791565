import type { State } from '#domain/decision.ts';
import type { IncidentEvent } from '#domain/event.ts';
import { CAUSES_BEFORE } from '#domain/incident/belongings.ts';
import { COLLECTED_AFTER } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import { type Catalog, findService } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import type { Stores } from './ports.ts';

/** What agents reported on so many tasks lately is looked through. */
const MOST_TASKS = 50;

/** What an incident is declared from, and what else goes on in its services and in what these depend on. */
export async function surroundings(
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
  const [deploys, rollouts, firing, incidents, tasks] = await Promise.all([
    stores.deploys.during(range, near),
    stores.flags.during(range, near),
    Promise.all(services.map((service) => stores.alerts.open(service))),
    stores.incidents.collecting(now - COLLECTED_AFTER),
    stores.agentTasks.list({ now, state: 'reported', limit: MOST_TASKS }),
  ]);
  return {
    deploys: withIt(deploys, known.deploy),
    rollouts: withIt(rollouts, known.rollout),
    firing: firing.flat(),
    ...{ incidents, tasks },
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
