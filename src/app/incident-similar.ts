import type { AlertEpisode } from '#domain/alert.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { type Facets, facetsOfAlert, rankSimilar, type Similar } from '#domain/incident/similar.ts';
import { present } from '#domain/optional.ts';
import type { SimilarIncident } from './answer.ts';
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

/** What an incident is compared by: its own words, and its alerts. */
async function facetsOf(incident: Incident, { store }: Pick<Ports, 'store'>): Promise<Facets> {
  const [episodes, postmortem] = await Promise.all([
    Promise.all(incident.alerts.map((id) => store.alerts.get(id))),
    store.postmortems.get(incident.id),
  ]);
  const alerts = episodes.flatMap((episode) => (episode === undefined ? [] : [facetsOfAlert(episode)]));
  const { triggerKind: kind, triggerReference: subject } = postmortem?.fields ?? {};
  const words = [incident.title, incident.summary, ...alerts.map(({ text }) => text)];
  return {
    services: incident.services,
    alerts: [...new Set(alerts.flatMap((facets) => facets.alerts))],
    labels: Object.assign({}, ...alerts.map(({ labels }) => labels)),
    text: words.filter((text) => text !== undefined && text !== '').join('\n'),
    ...(kind === undefined || kind === 'unknown' ? {} : { trigger: { kind, ...present({ subject }) } }),
  };
}

function firstLine(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}
