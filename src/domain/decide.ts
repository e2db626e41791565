import { tasked } from './agent-task/made.ts';
import { type AlertEpisode, applyNotification, PICTURE_EVERY, reconcile } from './alert.ts';
import type { AlertNotification } from './alert-notification.ts';
import { onTaskEvent } from './decide-agent-task.ts';
import { onVerdictAnswered, onVerdictExpected } from './decide-answers.ts';
import { onLook, onReport } from './decide-deploy.ts';
import { onDigestDue, onPlanWritten } from './decide-digest.ts';
import { onFlagReport, onRolloutLooked } from './decide-flag.ts';
import { onChanged, onDeclared, onNoted, onNoteMarked, onRevised } from './decide-incident.ts';
import { onCosted, onNudged, onOwnChannel, onPictureShown } from './decide-incident-results.ts';
import {
  onActionMoved,
  onActionWritten,
  onEdited,
  onExportAsked,
  onRecorded,
  onReviewed,
} from './decide-postmortem.ts';
import { onRollbackAnswered, onRollbackRequested } from './decide-rollback.ts';
import { type Decision, NOTHING, type State, subjectOf } from './decision.ts';
import type { Actor, Question, Received } from './event.ts';
import { collected } from './incident/collect.ts';
import { type Job, job, PRIORITY, type Priority, type Task } from './job.ts';
import { onWatchAsked, onWatchStopped } from './lookout.ts';
import type { Catalog } from './service.ts';
import { type Instant, SECOND } from './time.ts';
import { umbrellaFor } from './umbrella.ts';

/** Where threads go when neither the service nor the configuration names a channel. */
const LAST_RESORT_CHANNEL = '#general';

/** An umbrella's message is put at most so often: what joins meanwhile is told together. */
const UMBRELLA_EVERY = SECOND;

/** Decides what follows from one event at `now`. Pure: the same state, event and time give the same decision. */
export function decide(state: State, received: Received, now: Instant): Decision {
  return tasked(state, received, collected(state, decideAlone(state, received, now), now), now);
}

const IN_GRAFANA = 'An alert of Grafana is silenced there, not at Alertmanager.';

/** What follows for what the event itself is about; incidents learn of it afterwards, and tasks are made of it. */
function decideAlone(state: State, received: Received, now: Instant): Decision {
  const { event } = received;
  switch (event.type) {
    case 'alertNotification':
      return onNotification(state, received.id, event, now);
    case 'deployReport':
      return onReport(state, received.id, event, now);
    case 'flagReport':
      return onFlagReport(state, received.id, event, now);
    case 'alertAcknowledged':
      // What has resolved needs nobody: pressed while its resolution was on its way.
      return onEpisode(state, now, (episode) =>
        episode.acknowledged === undefined && episode.status === 'firing'
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
      if (state.episode?.source === 'grafana')
        return onEpisode(state, now, (episode) => ({ ...episode, silenceProblem: IN_GRAFANA }));
      return { ...NOTHING, jobs: [silenceJob(event.episode, event, now)] };
    case 'panelsRequested':
      return { ...NOTHING, jobs: [snapshotJob(event.episode, received.id, now, PRIORITY.answer)] };
    case 'asked': {
      const { question } = event;
      const { request } = question;
      if (request.ask === 'watch' && state.isWatched !== true)
        return onWatchAsked(received.id, { ...request, question }, now);
      return { ...NOTHING, jobs: [answerJob(question, received.id, now)] };
    }
    case 'linkShared': {
      const { links, target } = event;
      const of = `unfurl:${received.id}`;
      return { ...NOTHING, jobs: [job(of, of, now, PRIORITY.answer, { kind: 'unfurl', links, target })] };
    }
    case 'watchStopped':
      return onWatchStopped(event, received.at, now);
    case 'silenced':
      return onEpisode(state, now, ({ silenceProblem: _, ...episode }) => ({
        ...episode,
        silence: { id: event.silence, by: event.by, until: event.until },
      }));
    case 'silenceFailed':
      return onEpisode(state, now, (episode) => ({ ...episode, silenceProblem: event.problem.what }));
    case 'verdictAnswered':
      return onVerdictAnswered(state, event, received.at, now);
    case 'verdictExpected':
      return onVerdictExpected(state, event, received.at, now);
    case 'rollbackRequested':
      return onRollbackRequested(state, received.id, event, received.at, now);
    case 'rollbackAnswered':
      return onRollbackAnswered(state, event, now);
    case 'rollbackOpened':
    case 'budgetTurned':
      return NOTHING;
    case 'looked':
      return onLook(state, event, now);
    case 'rolloutLooked':
      return onRolloutLooked(state, event, now);
    case 'incidentDeclared':
      return onDeclared(state, event, received.at, now);
    case 'incidentChanged':
      return onChanged(state, received.id, event, received.at, now);
    case 'timelineNoted':
      return onNoted(state, received.id, event, received.at, now);
    case 'noteMarked':
      return onNoteMarked(event, now);
    case 'timelineRevised':
      return onRevised(state, event, received.at, now);
    case 'incidentOwnChannel':
      return onOwnChannel(state, event, now);
    case 'incidentCosted':
      return onCosted(state, event, now);
    case 'incidentNudged':
      return onNudged(state, event);
    case 'pictureShown':
      return onPictureShown(state, event, received.at);
    case 'postmortemRecorded':
      return onRecorded(state, event, received.at, now);
    case 'postmortemEdited':
      return onEdited(state, event, received.at, now);
    case 'postmortemReviewed':
      return onReviewed(state, received.id, event, received.at, now);
    case 'actionWritten':
      return onActionWritten(state, event, received.at, now);
    case 'actionMoved':
      return onActionMoved(state, event, received.at, now);
    case 'exportAsked':
      return onExportAsked(received.id, event, now);
    case 'digestDue':
      return onDigestDue(event, now);
    case 'planWritten':
      return onPlanWritten(received.id, event, received.at, now);
    case 'taskHandedOff':
    case 'taskClaimed':
    case 'taskReleased':
    case 'taskReported':
    case 'hypothesisAnswered':
      return onTaskEvent(state, event, received.at, now);
  }
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

function snapshotJob(episode: string, turn: number, due: Instant, priority: Priority): Job {
  return job(`snapshot:${episode}:${turn}`, `alert:${episode}:panels`, due, priority, {
    kind: 'snapshotAlert',
    episode,
    turn,
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
