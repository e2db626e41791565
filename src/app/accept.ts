import { channelOf, decide } from '#domain/decide.ts';
import { type State, subjectOf } from '#domain/decision.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Actor, DeployReport, Event, Received } from '#domain/event.ts';
import type { Catalog, Hints, Service } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { STORM_GROUPS, STORM_WITHIN, type Weather } from '#domain/umbrella.ts';
import { besideOf } from './beside.ts';
import type { Clock, Ports, Store, Stores } from './ports.ts';

/** How many deploys of a service are looked at to find the one that a report continues, or those that it supersedes. */
const RECENT_DEPLOYS = 20;

/** How many earlier deploys of an environment, or of a version there, are looked at to know what ran: some may have failed. */
const TRIES = 5;

/** How many rollouts of a flag are looked at to find those that its change continues: each service and environment has its own. */
const ROLLOUTS_OF_FLAG = 1000;

type AcceptPorts = Pick<Ports, 'store' | 'catalog' | 'clock' | 'failpoint'>;

/**
 * Decides committed events in their order: loads what each touches, decides, and commits the new state, the jobs and "decided" of all
 * together. Rejects with nothing committed when one of them cannot be decided.
 */
export async function accept(
  events: readonly Received[],
  { store, catalog, clock, failpoint }: AcceptPorts,
): Promise<void> {
  const now = clock.now();
  await store.transact(async (stores) => {
    for (const received of events) await decideOne(received, stores, catalog.current(), now);
    failpoint('decided-not-committed');
  });
  failpoint('decided-and-committed');
}

async function decideOne(received: Received, stores: Stores, catalog: Catalog, now: Instant): Promise<void> {
  const state = await load(stores, catalog, received.event, now);
  const decision = decide(state, received, now);
  for (const episode of decision.episodes) await stores.alerts.save(episode);
  if (decision.umbrella !== undefined) await stores.umbrellas.save(decision.umbrella);
  for (const deploy of decision.deploys) await stores.deploys.save(deploy);
  for (const rollout of decision.rollouts ?? []) await stores.flags.save(rollout);
  if (decision.unmatched !== undefined) {
    const { what, hints } = decision.unmatched;
    const source = 'source' in received.event ? received.event.source : received.event.type;
    await stores.unmatched.add({
      id: received.id,
      at: received.at,
      source,
      what,
      carried: carriedBy(hints),
    });
  }
  for (const prefix of decision.cancel) await stores.jobs.cancel(prefix);
  await stores.jobs.put(decision.jobs);
  await audit(stores, received.event, now);
  await stores.inbox.markDecided(received.id, now);
}

/** Commits an event of our own or of a person, which is then decided like any other. `key` makes a repeat the same event. */
export async function submit(
  event: Event,
  key: string,
  { store, clock }: { store: Store; clock: Clock },
): Promise<void> {
  await store.inbox.append({ event, source: event.type, dedupeKey: key, at: clock.now() });
}

async function load(stores: Stores, catalog: Catalog, event: Event, now: Instant): Promise<State> {
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
    case 'asked':
    case 'rollbackOpened':
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

async function audit(stores: Stores, event: Event, at: Instant): Promise<void> {
  if (event.type === 'asked') {
    const { by, words } = event.question;
    await stores.audit.record({ at, by: { kind: 'person', user: by }, what: 'asked', subject: words });
  } else if ('by' in event) {
    const detail = detailOf(event);
    await stores.audit.record({
      at,
      by: event.by,
      what: event.type,
      subject: subjectIn(event),
      ...(detail === undefined ? {} : { detail }),
    });
  }
}

function subjectIn(event: Extract<Event, { by: Actor }>): string {
  if ('episode' in event) return event.episode;
  return 'deploy' in event ? event.deploy : event.umbrella;
}

/** What was said, where the event's name does not tell. */
function detailOf(event: Extract<Event, { by: Actor }>): string | undefined {
  if (event.type === 'verdictAnswered') return event.right ? 'right' : 'wrong';
  if (event.type === 'rollbackAnswered') return `${event.outcome.kind}: ${event.outcome.what}`;
  return event.type === 'verdictExpected' ? event.reason : undefined;
}

function carriedBy({ labels, ...named }: Hints): Readonly<Record<string, string>> {
  return { ...labels, ...named };
}
