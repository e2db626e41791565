import type { AgentTaskEvent } from '#domain/agent-task/event.ts';
import { channelOf } from '#domain/decide.ts';
import { type State, subjectOf } from '#domain/decision.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { DeployReport, Event, IncidentEvent, IncidentResult } from '#domain/event.ts';
import { COLLECTED_AFTER } from '#domain/incident/incident.ts';
import { lookoutPrefix } from '#domain/lookout.ts';
import type { Catalog, Service } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { STORM_GROUPS, STORM_WITHIN, type Weather } from '#domain/umbrella.ts';
import { isTaskEvent, taskState, tasksAround } from './agent-task-state.ts';
import { besideOf } from './beside.ts';
import { incidentState, isIncidentEvent } from './incident-state.ts';
import type { Stores } from './ports.ts';

/** How many deploys of a service are looked at to find the one that a report continues, or those that it supersedes. */
const RECENT_DEPLOYS = 20;

/** How many earlier deploys of an environment, or of a version there, are looked at to know what ran: some may have failed. */
const TRIES = 5;

/** How many rollouts of a flag are looked at to find those that its change continues: each service and environment has its own. */
const ROLLOUTS_OF_FLAG = 1000;

/** What has to be known to decide an event. */
export async function loadState(
  stores: Stores,
  catalog: Catalog,
  event: Event,
  now: Instant,
): Promise<State> {
  if (isIncidentEvent(event)) return incidentState(event, stores, catalog, now);
  if (isTaskEvent(event)) return taskState(event, stores, catalog, now);
  const touched = await load(stores, catalog, event, now);
  const state = { ...touched, ...(await tasksAround(event, touched, stores)) };
  // Whatever changes an alert, a deploy or a rollout may belong to an incident that is worked on.
  const incidents = await stores.incidents.collecting(now - COLLECTED_AFTER);
  return incidents.length === 0 ? state : { ...state, incidents };
}

type Other = Exclude<Event, IncidentEvent | IncidentResult | AgentTaskEvent>;

async function load(stores: Stores, catalog: Catalog, event: Other, now: Instant): Promise<State> {
  switch (event.type) {
    case 'alertNotification':
      return {
        ...withEpisode(catalog, await stores.alerts.latestOfGroup(event.source, event.groupKey)),
        weather: await weatherIn(channelOf(catalog, event), now, stores),
      };
    case 'umbrellaAcknowledged':
      return { catalog, deploys: [], members: await stores.alerts.under(event.umbrella) };
    case 'deployReport':
      return { catalog, deploys: await deploysAround(event, subjectOf(catalog, event).service, stores) };
    case 'rollbackRequested': {
      const deploy = await stores.deploys.get(event.deploy);
      return {
        catalog,
        deploys: deploy === undefined ? [] : [deploy, ...(await besideOf(deploy, stores.deploys))],
      };
    }
    case 'rollbackAnswered':
    case 'verdictAnswered':
    case 'verdictExpected':
    case 'looked': {
      const deploy = await stores.deploys.get(event.deploy);
      return { catalog, deploys: deploy === undefined ? [] : [deploy] };
    }
    case 'flagReport':
      return {
        catalog,
        deploys: [],
        rollouts: await stores.flags.recent({ flag: event.flag, limit: ROLLOUTS_OF_FLAG }),
      };
    case 'rolloutLooked': {
      const rollout = await stores.flags.get(event.rollout);
      return { catalog, deploys: [], rollouts: rollout === undefined ? [] : [rollout] };
    }
    case 'asked': {
      const { question } = event;
      const { request } = question;
      if (request.ask !== 'watch') return { catalog, deploys: [] };
      const isWatched = await stores.jobs.isPlanned(lookoutPrefix(request.service, question));
      return { catalog, deploys: [], isWatched };
    }
    case 'linkShared':
    case 'watchStopped':
    case 'rollbackOpened':
    case 'budgetTurned':
    case 'digestDue':
    case 'planWritten':
      return { catalog, deploys: [] };
    default:
      return withEpisode(catalog, await stores.alerts.get(event.episode));
  }
}

/**
 * The recent deploys of the service, what was last deployed in the report's environment before it, and when its version ran there,
 * however long ago: busier environments may have had many deploys since.
 */
async function deploysAround(
  { version, environment, at, startedAt = at }: DeployReport,
  service: Service | undefined,
  { deploys }: Stores,
): Promise<readonly Deploy[]> {
  if (service === undefined) return deploys.recent({ limit: RECENT_DEPLOYS });
  const before = { service: service.name, environment, before: startedAt };
  const found = [
    ...(await deploys.recent({ service: service.name, limit: RECENT_DEPLOYS })),
    ...(await deploys.recent({ ...before, limit: TRIES })),
    ...(await deploys.recent({ ...before, version, limit: TRIES })),
  ];
  const each = new Map(found.map((deploy) => [deploy.id, deploy]));
  return [...each.values()].toSorted((a, b) => b.startedAt - a.startedAt);
}

async function weatherIn(channel: string, now: Instant, { umbrellas, alerts }: Stores): Promise<Weather> {
  const umbrella = await umbrellas.latestIn(channel);
  const begun = await alerts.begunIn(channel, now - STORM_WITHIN, STORM_GROUPS);
  return { begun, ...(umbrella === undefined ? {} : { umbrella }) };
}

function withEpisode(catalog: Catalog, episode: State['episode']): State {
  return { catalog, deploys: [], ...(episode === undefined ? {} : { episode }) };
}
