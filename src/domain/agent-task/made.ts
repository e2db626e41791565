import type { AlertEpisode } from '../alert.ts';
import type { Decision, State } from '../decision.ts';
import type { Deploy } from '../deploy.ts';
import type { Received } from '../event.ts';
import { type Rollout, type RolloutStep, standingStop } from '../flag.ts';
import { job, PRIORITY } from '../job.ts';
import { present } from '../optional.ts';
import { shareWords } from '../share-words.ts';
import type { Instant } from '../time.ts';
import { type AgentTask, EXPIRES_AFTER, subjectKey } from './agent-task.ts';

type Made = Pick<AgentTask, 'subject' | 'title' | 'since'> & { readonly service?: string | undefined };

/**
 * Adds to a decision the agent tasks that it gives cause for, each with the job that hands it off, and tells those whose subject is over. There is one task a subject, whatever
 * becomes of it: an alert that fires again within its episode makes no second one. Groups in a storm make none: those that began it have theirs.
 */
export function tasked(state: State, { event }: Received, decision: Decision, now: Instant): Decision {
  const known = state.tasks ?? [];
  const followed = known.flatMap((task) => {
    const overAt = overOf(task, state, event, decision, now);
    if (overAt === task.overAt) return [];
    const { overAt: _, ...rest } = task;
    return [{ ...rest, ...present({ overAt }) }];
  });
  const subjects = new Set(known.map(({ subject }) => subjectKey(subject)));
  const made =
    state.nextTask === undefined
      ? []
      : causesIn(state, event, decision)
          .filter(({ subject }) => !subjects.has(subjectKey(subject)))
          .map((one, i) => taskOf(one, (state.nextTask ?? 1) + i, now));
  if (followed.length + made.length === 0) return decision;
  return {
    ...decision,
    tasks: [...(decision.tasks ?? []), ...followed, ...made],
    jobs: [
      ...decision.jobs,
      ...made.map(({ id }) =>
        job(`hand-off:${id}`, `task:${id}`, now, PRIORITY.progress, { kind: 'handOff', task: id }),
      ),
    ],
  };
}

function taskOf({ subject, title, since, service }: Made, number: number, now: Instant): AgentTask {
  return {
    ...{ id: `TASK-${number}`, number, subject, title, since, reports: [] },
    ...{ createdAt: now, expiresAt: now + EXPIRES_AFTER },
    ...present({ service }),
  };
}

/** What in a decision is worth somebody's looking into. */
function causesIn(state: State, event: Received['event'], decision: Decision): readonly Made[] {
  switch (event.type) {
    case 'alertNotification':
      return decision.episodes.filter((episode) => isNews(episode, state)).map(ofAlert);
    case 'looked':
      return decision.deploys
        .filter(
          (deploy) =>
            isDegraded(deploy) && !state.deploys.some((one) => one.id === deploy.id && isDegraded(one)),
        )
        .map(ofDeploy);
    case 'rolloutLooked':
      return (decision.rollouts ?? []).flatMap((rollout) =>
        rollout.steps
          .filter((step) => step.number === event.step && step.watch?.told === 'stop')
          .map((step) => ofStep(rollout, step)),
      );
    case 'budgetTurned':
      return event.isBurning ? [ofBudget(event)] : [];
    default:
      return [];
  }
}

/** An episode that just began, is more than a notice, and has a thread of its own. */
function isNews({ id, status, severity, umbrella }: AlertEpisode, { episode }: State): boolean {
  return episode?.id !== id && status === 'firing' && severity !== 'info' && umbrella === undefined;
}

function isDegraded({ watch }: Deploy): boolean {
  return watch?.verdict?.verdict === 'degraded';
}

function ofAlert({ id, name, service, startedAt }: AlertEpisode): Made {
  const title = service === undefined ? name : `${name} on ${service}`;
  return { subject: { kind: 'alert', id }, title, since: startedAt, service };
}

function ofDeploy({ id, service, version, watch, finishedAt, startedAt }: Deploy): Made {
  const title = `${service ?? 'an unknown service'} ${version} is degraded`;
  const since = watch?.verdict?.onset?.at ?? finishedAt ?? startedAt;
  return { subject: { kind: 'deploy', id }, title, since, service };
}

function ofStep({ id, flag, service }: Rollout, { number, share, at }: RolloutStep): Made {
  const title = `${flag} ${shareWords(share)} does harm on ${service ?? 'an unknown service'}`;
  return { subject: { kind: 'rollout', id, step: number }, title, since: at, service };
}

function ofBudget({
  budget,
  service,
  slo,
  since,
}: Extract<Received['event'], { type: 'budgetTurned' }>): Made {
  const title = `${service} burns its budget of ${slo} fast`;
  return { subject: { kind: 'budget', id: budget, service, slo }, title, since, service };
}

/** Since when what a task is about is over, by a decision; as before where it says nothing of it. */
function overOf(
  { subject, overAt }: AgentTask,
  state: State,
  event: Received['event'],
  { episodes, deploys, rollouts = [] }: Decision,
  now: Instant,
): Instant | undefined {
  switch (subject.kind) {
    case 'alert': {
      const episode = episodes.find(({ id }) => id === subject.id);
      if (episode === undefined) return overAt;
      return episode.status === 'resolved' ? (episode.resolvedAt ?? now) : undefined;
    }
    case 'deploy': {
      const own = [...deploys, ...state.deploys].find(({ id }) => id === subject.id);
      const isReplaced = own !== undefined && deploys.some((other) => replaces(other, own));
      const isTakenBack = deploys.some((one) => one.id === subject.id && !isDegraded(one));
      return isReplaced || isTakenBack ? (overAt ?? now) : overAt;
    }
    case 'rollout': {
      const rollout = rollouts.find(({ id }) => id === subject.id);
      if (rollout === undefined || standingStop(rollout)?.number === subject.step) return overAt;
      return overAt ?? now;
    }
    case 'budget':
      return event.type === 'budgetTurned' && event.budget === subject.id && !event.isBurning
        ? (overAt ?? now)
        : overAt;
  }
}

/** Whether a deploy took another's place. */
function replaces(newer: Deploy, older: Deploy): boolean {
  return (
    newer.id !== older.id &&
    newer.service === older.service &&
    newer.environment === older.environment &&
    newer.startedAt > older.startedAt &&
    newer.status === 'succeeded'
  );
}
