import type { AlertEpisode } from '#domain/alert.ts';
import { facetsOfIncident } from '#domain/incident/facets.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import { type Facets, facetsOfAlert, rankSimilar, type Similar } from '#domain/incident/similar.ts';
import { present } from '#domain/optional.ts';
import type { SimilarIncident } from './incident-answers.ts';
import { incidentRoot, permalinkOf } from './incident-line.ts';
import type { Ports } from './ports.ts';

type SimilarPorts = Pick<Ports, 'store' | 'conversations' | 'clock'>;

/** How many earlier incidents are compared, and how many are shown. */
const COMPARED = 50;
const SHOWN = 3;

/** Earlier incidents like an alert, the most alike first; not the one that was declared from it. */
export function similarToAlert(
  episode: AlertEpisode,
  ports: SimilarPorts,
): Promise<readonly SimilarIncident[]> {
  return shownOf(facetsOfAlert(episode), episode.incident, ports);
}

/** Earlier incidents like this one. */
export async function similarTo(
  incident: Incident,
  ports: SimilarPorts,
): Promise<readonly SimilarIncident[]> {
  return shownOf(await facetsOf(incident, ports), incident.id, ports);
}

/** Earlier incidents like this one, with how alike they are. */
export async function rankedLike(
  incident: Incident,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<readonly Similar[]> {
  return ranked(await facetsOf(incident, ports), incident.id, ports);
}

/** Earlier incidents that have something in common with these facets, each with its title. */
export async function similarByFacets(
  facets: Facets,
  except: string | undefined,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<readonly (Similar & { readonly title: string })[]> {
  const found = (await ranked(facets, except, ports)).slice(0, SHOWN);
  const incidents = await Promise.all(found.map(({ incident }) => ports.store.incidents.get(incident)));
  return found.map((one, i) => ({ ...one, title: incidents[i]?.title ?? one.incident }));
}

async function shownOf(
  facets: Facets,
  except: string | undefined,
  ports: SimilarPorts,
): Promise<readonly SimilarIncident[]> {
  const all = await ranked(facets, except, ports);
  const shown = await Promise.all(
    all.slice(0, SHOWN).map(async ({ incident: id, why }): Promise<readonly SimilarIncident[]> => {
      const [incident, postmortem, permalink] = await Promise.all([
        ports.store.incidents.get(id),
        ports.store.postmortems.get(id),
        permalinkOf(incidentRoot(id), ports),
      ]);
      const cause = firstLine(postmortem?.fields.rootCause);
      return incident === undefined ? [] : [{ incident, why, ...present({ cause, permalink }) }];
    }),
  );
  return shown.flat();
}

async function ranked(
  facets: Facets,
  except: string | undefined,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<readonly Similar[]> {
  return rankSimilar(facets, await store.incidents.candidates(facets, COMPARED, except), clock.now());
}

/** What an incident is compared by. Its trigger is told by name, as that of earlier ones is. */
async function facetsOf(incident: Incident, { store }: Pick<Ports, 'store'>): Promise<Facets> {
  const [episodes, postmortem, entries] = await Promise.all([
    Promise.all(incident.alerts.map((id) => store.alerts.get(id))),
    store.postmortems.get(incident.id),
    store.timelines.list(incident.id),
  ]);
  const texts = entries.filter(({ kind }) => kind === 'note').map(({ text }) => text);
  const subject = await triggerName(incident, postmortem, store);
  return facetsOfIncident({
    ...{ incident, texts, episodes: episodes.filter((episode) => episode !== undefined) },
    ...present({ postmortem, subject }),
  });
}

/** The flag, or the service that was deployed. */
async function triggerName(
  { subject }: Incident,
  postmortem: Postmortem | undefined,
  { flags, deploys }: Pick<Ports['store'], 'flags' | 'deploys'>,
): Promise<string | undefined> {
  const id = postmortem?.fields.triggerReference ?? subject?.id;
  if (id === undefined) return undefined;
  return (await flags.get(id))?.flag ?? (await deploys.get(id))?.service;
}

function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}
