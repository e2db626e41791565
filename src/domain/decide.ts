import { type AlertEpisode, applyNotification, PICTURE_EVERY, reconcile } from './alert.ts';
import {
  applyReport,
  type Deploy,
  isOpen,
  isSameDeploy,
  isWatchedIn,
  lookDue,
  TOLD_WITHIN,
  type Watch,
} from './deploy.ts';
import type { Actor, AlertNotification, DeployReport, Question, Received, ResultEvent } from './event.ts';
import { type Job, PRIORITY, type Priority, type Task } from './job.ts';
import { type Catalog, type Hints, resolveService, type Service } from './service.ts';
import { type Instant, SECOND } from './time.ts';
import { type Umbrella, umbrellaFor, type Weather } from './umbrella.ts';

/** What has to be known to decide an event: the catalogue, and what the event touches. */
export type State = {
  readonly catalog: Catalog;
  /** The newest episode of the notification's group, or the episode that a person or job speaks of. */
  readonly episode?: AlertEpisode;
  /** What goes on in the channel that the notification belongs to. */
  readonly weather?: Weather;
  /** The groups under the umbrella that a person speaks of. */
  readonly members?: readonly AlertEpisode[];
  /** Recent deploys of the report's service, newest first, or the one deploy that a job speaks of. */
  readonly deploys: readonly Deploy[];
};

/** What follows from an event: values to be kept and jobs to be done, committed together. */
export type Decision = {
  readonly episodes: readonly AlertEpisode[];
  readonly umbrella?: Umbrella;
  readonly deploys: readonly Deploy[];
  /** Set when the event named no known service. */
  readonly unmatched?: { readonly what: string; readonly hints: Hints };
  /** Prefixes of job keys that are no longer wanted. */
  readonly cancel: readonly string[];
  readonly jobs: readonly Job[];
};

const NOTHING: Decision = { episodes: [], deploys: [], cancel: [], jobs: [] };

/** Where threads go when neither the service nor the configuration names a channel. */
const LAST_RESORT_CHANNEL = '#general';

/** An umbrella's message is put at most so often: what joins meanwhile is told together. */
const UMBRELLA_EVERY = SECOND;

/** Decides what follows from one event at `now`. Pure: the same state, event and time give the same decision. */
export function decide(state: State, received: Received, now: Instant): Decision {
  const { event } = received;
  switch (event.type) {
    case 'alertNotification':
      return onNotification(state, received.id, event, now);
    case 'deployReport':
      return onReport(state, received.id, event, now);
    case 'alertAcknowledged':
      return onEpisode(state, now, (episode) =>
        episode.acknowledged === undefined
          ? { ...episode, acknowledged: { by: event.by, at: received.at } }
          : episode,
      );
    case 'umbrellaAcknowledged':
      return onUmbrellaAcknowledged(state, event, received.at, now);
    case 'resolveLost':
      return onEpisode(state, now, (episode) =>
        episode.heardAt === event.heardAt ? reconcile(episode, now) : episode,
      );
    case 'silenceRequested':
      // Pressed twice, or on a message that does not show it yet.
      if (state.episode?.silence !== undefined && state.episode.silence.until > now) return NOTHING;
      return { ...NOTHING, jobs: [silenceJob(event.episode, event, now)] };
    case 'panelsRequested':
      return { ...NOTHING, jobs: [snapshotJob(event.episode, received.id, now, PRIORITY.answer)] };
    case 'asked':
      return { ...NOTHING, jobs: [answerJob(event.question, received.id, now)] };
    case 'silenced':
      return onEpisode(state, now, ({ silenceProblem: _, ...episode }) => ({
        ...episode,
        silence: { id: event.silence, by: event.by, until: event.until },
      }));
    case 'silenceFailed':
      return onEpisode(state, now, (episode) => ({ ...episode, silenceProblem: event.problem.what }));
    case 'looked':
      return onLook(state, event, now);
  }
}

/** The service that an event speaks of, and what it carried to name it. */
export function subjectOf(
  catalog: Catalog,
  event: AlertNotification | DeployReport,
): { service?: Service; hints: Hints } {
  const hints =
    event.type === 'deployReport'
      ? event.hints
      : { labels: { ...event.alerts[0]?.labels, ...event.groupLabels, ...event.commonLabels } };
  const service = resolveService(catalog, hints);
  return service === undefined ? { hints } : { service, hints };
}

/** The channel that an alert group belongs to, as `#name` or id. */
export function channelOf(catalog: Catalog, event: AlertNotification): string {
  return subjectOf(catalog, event).service?.channel ?? catalog.channels.incidents ?? LAST_RESORT_CHANNEL;
}

function onNotification(state: State, id: number, event: AlertNotification, now: Instant): Decision {
  const { service, hints } = subjectOf(state.catalog, event);
  const told = applyNotification(state.episode, event, {
    newId: `a${id}`,
    now,
    channel: channelOf(state.catalog, event),
    ...(service === undefined ? {} : { service }),
  });
  if (told === undefined) return NOTHING;
  const begins = state.episode?.id !== told.id;
  const reopened = !begins && state.episode?.status === 'resolved' && told.status === 'firing';
  const umbrella = begins
    ? umbrellaFor(state.weather ?? { begun: [] }, { newId: `u${id}`, channel: told.channel, now })
    : undefined;
  const under = told.umbrella ?? umbrella?.id;
  const isStale = told.picturedAt === undefined || now - told.picturedAt >= PICTURE_EVERY;
  const draws = under === undefined && (begins || reopened) && isStale;
  const episode = {
    ...told,
    ...(under === undefined ? {} : { umbrella: under }),
    ...(draws ? { picturedAt: now } : {}),
  };
  const waitsForSomebody =
    (begins || reopened) && episode.severity === 'page' && episode.acknowledged === undefined;
  return {
    episodes: [episode],
    ...(umbrella === undefined ? {} : { umbrella }),
    deploys: [],
    cancel: episode.status === 'resolved' ? [`remind:${episode.id}:`] : [],
    ...(service === undefined && begins ? { unmatched: { what: `alert ${episode.name}`, hints } } : {}),
    jobs: [
      announce(episode, now, episode.status === 'resolved' ? PRIORITY.resolved : PRIORITY.alert),
      ...(draws ? [snapshotJob(episode.id, begins ? 0 : id, now, PRIORITY.progress)] : []),
      ...(waitsForSomebody ? [remindJob(episode, now + state.catalog.remindAfter)] : []),
    ],
  };
}

/** Whoever acknowledges a storm acknowledges each group in it that still fires. */
function onUmbrellaAcknowledged(
  { members = [] }: State,
  { umbrella, by }: { umbrella: string; by: Actor },
  at: Instant,
  now: Instant,
): Decision {
  const episodes = members
    .filter(({ status, acknowledged }) => status === 'firing' && acknowledged === undefined)
    .map((episode) => ({ ...episode, acknowledged: { by, at } }));
  return {
    ...NOTHING,
    episodes,
    cancel: [`remind:${umbrella}:`],
    jobs: [announceUmbrella(umbrella, now, PRIORITY.answer)],
  };
}

function onReport(state: State, id: number, event: DeployReport, now: Instant): Decision {
  const { service, hints } = subjectOf(state.catalog, event);
  const known = state.deploys.find((deploy) => isSameDeploy(deploy, event, service?.name));
  const fresh = now - event.at < TOLD_WITHIN;
  const watched = fresh && isWatchedIn(state.catalog.watchedEnvironments, event);
  const channel = service?.channel ?? state.catalog.channels.deploys;
  const deploy = applyReport(known, event, {
    newId: `d${id}`,
    watched,
    ...(service === undefined ? {} : { service }),
    ...(watched && service !== undefined && channel !== undefined ? { channel } : {}),
  });
  const older = service === undefined ? [] : supersededBy(deploy, state.deploys);
  return {
    episodes: [],
    deploys: [deploy, ...older],
    cancel: older.flatMap(({ id: superseded }) => [`look:${superseded}:`, `report:${superseded}:`]),
    ...(service === undefined && known === undefined
      ? { unmatched: { what: `deploy ${event.version}`, hints } }
      : {}),
    jobs: [
      ...(deploy.channel === undefined ? [] : [announceDeploy(deploy.id, now, PRIORITY.progress)]),
      ...older.map((superseded) => announceDeploy(superseded.id, now, PRIORITY.progress)),
      ...(deploy.watch?.state === 'watching' && known?.watch?.state !== 'watching'
        ? [lookJob(deploy.id, 0, Math.min(now, lookDue(deploy.watch, 0)))]
        : []),
    ],
  };
}

/** A look moves the watch on: the next look, or the report when it was the last. */
function onLook(state: State, event: Extract<ResultEvent, { type: 'looked' }>, now: Instant): Decision {
  const deploy = state.deploys.find(({ id }) => id === event.deploy);
  if (deploy?.watch?.state !== 'watching' || event.look < deploy.watch.looks) return NOTHING;
  const last = event.look >= deploy.watch.looksPlanned;
  const watch = {
    ...deploy.watch,
    looks: event.look,
    state: last ? ('done' as const) : deploy.watch.state,
    latest: { at: now, before: event.baseline, after: event.current },
  };
  return {
    ...NOTHING,
    deploys: [{ ...deploy, watch }],
    jobs: [
      announceDeploy(deploy.id, now, last ? PRIORITY.verdict : PRIORITY.progress),
      last ? reportJob(deploy.id, now) : nextLookJob(deploy.id, watch, now),
    ],
  };
}

/** After a pause of the program, looks whose time is past are left out: one look now tells as much. */
function nextLookJob(deploy: string, watch: Watch, now: Instant): Job {
  let look = watch.looks + 1;
  while (look < watch.looksPlanned && lookDue(watch, look + 1) <= now) look += 1;
  return lookJob(deploy, look, lookDue(watch, look));
}

function supersededBy(deploy: Deploy, others: readonly Deploy[]): readonly Deploy[] {
  return others.flatMap((other) =>
    other.id !== deploy.id &&
    other.watch !== undefined &&
    isOpen(other.watch) &&
    other.service === deploy.service &&
    other.environment === deploy.environment &&
    other.startedAt <= deploy.startedAt
      ? [{ ...other, watch: { ...other.watch, state: 'superseded' as const, supersededBy: deploy.version } }]
      : [],
  );
}

function onEpisode(state: State, now: Instant, change: (episode: AlertEpisode) => AlertEpisode): Decision {
  if (state.episode === undefined) return NOTHING;
  const episode = change(state.episode);
  if (episode === state.episode) return NOTHING;
  const needsNobody = episode.acknowledged !== undefined || episode.status === 'resolved';
  return {
    ...NOTHING,
    episodes: [episode],
    cancel: needsNobody ? [`remind:${episode.id}:`] : [],
    jobs: [announce(episode, now, episode.status === 'resolved' ? PRIORITY.resolved : PRIORITY.answer)],
  };
}

/** Puts what a group is told in: its own thread's root, or the thread of the storm that it is part of. */
function announce({ id: episode, umbrella }: AlertEpisode, due: Instant, priority: Priority): Job {
  if (umbrella !== undefined) return announceUmbrella(umbrella, due + UMBRELLA_EVERY, priority);
  return job(`announce:${episode}`, `alert:${episode}:root`, due, priority, {
    kind: 'announceAlert',
    episode,
  });
}

function announceUmbrella(umbrella: string, due: Instant, priority: Priority): Job {
  return job(`announce:${umbrella}`, `umbrella:${umbrella}`, due, priority, {
    kind: 'announceUmbrella',
    umbrella,
  });
}

function remindJob({ id: episode, umbrella }: AlertEpisode, due: Instant): Job {
  return umbrella === undefined
    ? job(`remind:${episode}:once`, `alert:${episode}:root`, due, PRIORITY.alert, {
        kind: 'remindAlert',
        episode,
      })
    : job(`remind:${umbrella}:once`, `umbrella:${umbrella}`, due, PRIORITY.alert, {
        kind: 'remindUmbrella',
        umbrella,
      });
}

function announceDeploy(deploy: string, due: Instant, priority: Priority): Job {
  return job(`announce:${deploy}`, `deploy:${deploy}:root`, due, priority, {
    kind: 'announceDeploy',
    deploy,
  });
}

function snapshotJob(episode: string, turn: number, due: Instant, priority: Priority): Job {
  return job(`snapshot:${episode}:${turn}`, `alert:${episode}:panels`, due, priority, {
    kind: 'snapshotAlert',
    episode,
    turn,
  });
}

function lookJob(deploy: string, look: number, due: Instant): Job {
  return job(`look:${deploy}:${look}`, `deploy:${deploy}:watch`, due, PRIORITY.progress, {
    kind: 'look',
    deploy,
    look,
  });
}

function reportJob(deploy: string, due: Instant): Job {
  return job(`report:${deploy}:end`, `deploy:${deploy}:watch`, due, PRIORITY.verdict, {
    kind: 'reportDeploy',
    deploy,
  });
}

function answerJob(question: Question, id: number, due: Instant): Job {
  return job(`answer:${id}`, `answer:${id}`, due, PRIORITY.answer, {
    kind: 'answer',
    question,
    key: `q${id}`,
  });
}

function silenceJob(
  episode: string,
  { by, length }: Pick<Extract<Task, { kind: 'silence' }>, 'by' | 'length'>,
  due: Instant,
): Job {
  return job(`silence:${episode}`, `alert:${episode}:silence`, due, PRIORITY.answer, {
    kind: 'silence',
    episode,
    by,
    length,
  });
}

function job(key: string, lane: string, due: Instant, priority: Priority, task: Task): Job {
  return { key, lane, due, priority, task };
}
