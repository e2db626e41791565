import { type AgentTask, holderOf, LEASE, MOST_REPORTS, stateOf } from './agent-task/agent-task.ts';
import type { AgentTaskEvent } from './agent-task/event.ts';
import { reportJob } from './agent-task/report-job.ts';
import { type Decision, NOTHING, type State } from './decision.ts';
import { isSameActor } from './incident/review.ts';
import { type Job, job, PRIORITY } from './job.ts';
import type { Catalog } from './service.ts';
import type { Instant } from './time.ts';

/**
 * Decides what becomes of a task by what is done with it. Events are decided one after another, so of two that claim at once the second finds the lease of the
 * first. What may not be done leaves the task as it is: whoever asked reads what it became.
 */
export function onTaskEvent(
  { catalog, task }: State,
  event: AgentTaskEvent,
  at: Instant,
  now: Instant,
): Decision {
  if (task === undefined) return NOTHING;
  const became = become(task, event, at, now);
  if (became === undefined) return NOTHING;
  return {
    ...NOTHING,
    tasks: [became],
    jobs: [...toldJobs(became, event, now), ...pushJobs(catalog, became, event, now)],
  };
}

function become(task: AgentTask, event: AgentTaskEvent, at: Instant, now: Instant): AgentTask | undefined {
  switch (event.type) {
    case 'taskHandedOff':
      return task.handOff === undefined ? { ...task, handOff: event.handOff } : undefined;
    case 'taskClaimed':
      return claimed(task, event, now);
    case 'taskReleased': {
      const lease = holderOf(task, now);
      return lease === undefined || !isSameActor(lease.by, event.by)
        ? undefined
        : { ...task, lease: { ...lease, until: now } };
    }
    case 'taskReported':
      return reported(task, event, at, now);
    case 'hypothesisAnswered':
      return answered(task, event, at);
  }
}

/** What was reported, and what people say of it, is told. */
function toldJobs({ id }: AgentTask, { type }: AgentTaskEvent, now: Instant): readonly Job[] {
  return type === 'taskReported' || type === 'hypothesisAnswered' ? [reportJob(id, now)] : [];
}

/** A task that can be claimed from now on is told to whoever is to hear of it. */
function pushJobs(
  { pushesTasks }: Catalog,
  { id }: AgentTask,
  { type }: AgentTaskEvent,
  now: Instant,
): readonly Job[] {
  return type === 'taskHandedOff' && pushesTasks === true ? [pushJob(id, 1, now)] : [];
}

/** Tells another program of a task, the nth time that this is tried. */
export function pushJob(task: string, attempt: number, due: Instant): Job {
  return job(`push:${task}`, `push:${task}`, due, PRIORITY.progress, { kind: 'pushTask', task, attempt });
}

/** A lease begins now; one that its holder has already only grows longer. Nobody holds a task longer than it lasts. */
function claimed(
  task: AgentTask,
  { by, length }: Extract<AgentTaskEvent, { type: 'taskClaimed' }>,
  now: Instant,
): AgentTask | undefined {
  const state = stateOf(task, now);
  const held = holderOf(task, now);
  if (state !== 'open' && state !== 'claimed') return undefined;
  if (held !== undefined && !isSameActor(held.by, by)) return undefined;
  const wanted = Math.min(now + Math.min(length, LEASE.most), task.expiresAt);
  const lease =
    held === undefined
      ? { by, number: (task.lease?.number ?? 0) + 1, at: now, until: wanted }
      : { ...held, until: Math.max(held.until, wanted) };
  return { ...task, lease };
}

/** A report is taken of whoever holds the task, or of anybody where nobody does: what was found is not lost because a lease or the task ran out. */
function reported(
  task: AgentTask,
  { by, report }: Extract<AgentTaskEvent, { type: 'taskReported' }>,
  at: Instant,
  now: Instant,
): AgentTask | undefined {
  const held = holderOf(task, now);
  if (held !== undefined && !isSameActor(held.by, by)) return undefined;
  if (task.reports.length >= MOST_REPORTS) return undefined;
  const number = task.reports.length + 1;
  const hypotheses = report.hypotheses.toSorted((a, b) => b.confidence - a.confidence);
  return {
    ...task,
    ...(held === undefined ? {} : { lease: { ...held, until: now } }),
    reports: [...task.reports, { ...report, hypotheses, number, by, at, answers: [] }],
  };
}

/** The last word of each person counts. */
function answered(
  task: AgentTask,
  event: Extract<AgentTaskEvent, { type: 'hypothesisAnswered' }>,
  at: Instant,
): AgentTask | undefined {
  const { by, right, hypothesis } = event;
  const report = task.reports.find(({ number }) => number === event.report);
  if (report?.hypotheses[hypothesis] === undefined) return undefined;
  const others = report.answers.filter((one) => one.hypothesis !== hypothesis || !isSameActor(one.by, by));
  const changed = { ...report, answers: [...others, { hypothesis, right, by, at }] };
  return { ...task, reports: task.reports.map((one) => (one.number === report.number ? changed : one)) };
}
