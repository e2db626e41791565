import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { carryOut } from '#app/carry-out.ts';
import type { Ports } from '#app/ports.ts';
import { type AgentTask, holderOf, LEASE, MOST_REPORTS, stateOf } from '#domain/agent-task/agent-task.ts';
import type { AgentTaskEvent } from '#domain/agent-task/event.ts';
import type { Actor } from '#domain/event.ts';
import { isSameActor } from '#domain/incident/review.ts';
import { present } from '#domain/optional.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { MINUTE } from '#domain/time.ts';
import { ReportInput, sentReport } from '../contract/agent-report.ts';
import { STATES, TaskDetail, TaskList, TaskReported, taskOf, taskSummaryOf } from '../contract/agent-task.ts';
import { timeOf } from '../contract/values.ts';
import { type Caller, type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { pageOf } from './paging.ts';
import { Cursor, Limit, Text } from './query.ts';
import { isOther, nameTaken } from './write.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

const TaskId = Text.max(40, { error: 'Expected an id such as TASK-12.' }).describe(
  'The id of a task, such as `TASK-12`.',
);
const MINUTES = { error: `Expected a whole number from 1 to ${LEASE.most / MINUTE}.` };
const STATE = { error: `Expected one of ${STATES.join(', ')}.` };

/** Most that a task is as an answer: its own bound, and what stands around it. */
const DETAIL_BOUND = 66_000;

/** What agents ask of tasks, and do with them. */
export function taskOperations(ports: Needed): readonly Operation[] {
  return [listTasks(ports), getTask(ports), claimTask(ports), releaseTask(ports), reportTask(ports)];
}

function listTasks(ports: Needed): Operation {
  return operation({
    name: 'list_tasks',
    method: 'GET',
    path: '/api/v1/tasks',
    summary:
      'What there is to be investigated, the newest first; those that can be claimed if no state is named.',
    scope: 'tasks',
    input: z.strictObject({
      state: z.enum(STATES, STATE).default('open').describe('Only those in this state.'),
      service: Text.optional().describe('Only those about this service.'),
      limit: Limit.default(10),
      cursor: Cursor.optional(),
    }),
    answer: TaskList,
    tool: {
      description:
        'Lists what there is to be investigated (firing alerts, degraded deploys, stopped flag rollouts, budgets that burn fast), each with its headline and the likeliest causes. Use it first when looking for work; take one with claim_task.',
      bound: 24_000,
      more: 'Ask list_tasks with the `cursor` given, or for one task by get_task.',
    },
    async ask({ state, service, limit, cursor }) {
      const known = knownService(service, ports);
      if (!known.ok) return known;
      const now = ports.clock.now();
      const before = cursor?.at;
      const found = await ports.store.agentTasks.list({
        now,
        state,
        limit: limit + 1,
        ...present({ service, before }),
      });
      const { items, nextCursor } = pageOf(found, limit, ({ number, id }) => ({ at: number, id }));
      return success({
        at: timeOf(now),
        tasks: items.map((task) => taskSummaryOf(task, now)),
        ...present({ nextCursor }),
      });
    },
  });
}

function getTask(ports: Needed): Operation {
  return operation({
    name: 'get_task',
    method: 'GET',
    path: '/api/v1/tasks/{task}',
    summary: 'One task with all that was handed off: evidence, changes, similar incidents, links, reports.',
    scope: 'tasks',
    input: z.strictObject({ task: TaskId }),
    answer: TaskDetail,
    tool: {
      description:
        'Reads one task with all that was handed off: what was observed, evidence queries with values and baselines, when it began, what changed (likeliest cause first), similar incidents and links. Claiming it (claim_task) answers the same.',
      bound: DETAIL_BOUND,
    },
    async ask({ task }) {
      const found = await ports.store.agentTasks.get(task);
      return found === undefined ? noTask(task) : detailOf(found, ports);
    },
  });
}

function claimTask(ports: Needed): Operation {
  return operation({
    name: 'claim_task',
    method: 'POST',
    path: '/api/v1/tasks/{task}/claim',
    summary: 'Takes a task under a lease, or holds it for longer; nobody else can claim it meanwhile.',
    scope: 'tasks',
    input: z.strictObject({
      task: TaskId,
      minutes: z
        .int(MINUTES)
        .min(1, MINUTES)
        .max(LEASE.most / MINUTE, MINUTES)
        .default(LEASE.usual / MINUTE)
        .describe('How long it is held from now on.'),
    }),
    answer: TaskDetail,
    tool: {
      description:
        'Takes a task for some minutes so that nobody else works on it, and answers with all that was handed off. Claim it again before the lease ends to hold it for longer; then investigate (compare, query, list_deploys) and tell what you found by report_task.',
      bound: DETAIL_BOUND,
      isIdempotent: true,
    },
    async ask({ task: id, minutes }, caller) {
      const by = actorOf(caller);
      return act(id, ports, {
        why: (task, now) => whyNotClaimed(task, by, now),
        event: { type: 'taskClaimed', task: id, by, length: minutes * MINUTE },
        key: `claim:${randomUUID()}`,
        isDone: (task, now) => isHeldBy(task, by, now),
        answer: (task) => detailOf(task, ports),
      });
    },
  });
}

function releaseTask(ports: Needed): Operation {
  return operation({
    name: 'release_task',
    method: 'POST',
    path: '/api/v1/tasks/{task}/release',
    summary: 'Gives a task back before its lease ends.',
    scope: 'tasks',
    input: z.strictObject({ task: TaskId }),
    answer: TaskReported,
    tool: {
      description:
        'Gives a task back that you claimed and cannot finish, so that others can claim it at once. What you found so far is better reported (report_task), even without a cause.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ task: id }, caller) {
      const by = actorOf(caller);
      return act(id, ports, {
        why: (task, now) => heldByAnother(task, by, now),
        event: { type: 'taskReleased', task: id, by },
        key: `release:${randomUUID()}`,
        isDone: (task, now) => !isHeldBy(task, by, now),
        answer: (task) => summaryOf(task, ports),
      });
    },
  });
}

function reportTask(ports: Needed): Operation {
  return operation({
    name: 'report_task',
    method: 'POST',
    path: '/api/v1/tasks/{task}/report',
    summary:
      'Says what was found. It is told in the thread and in the timeline; reporting again corrects it.',
    scope: 'tasks',
    status: 201,
    input: z.strictObject({
      task: TaskId,
      ...ReportInput,
      requestId: Text.max(100, { error: 'Expected 100 characters at most.' })
        .optional()
        .describe('Names this report: sent again under it, it is one report.'),
    }),
    answer: TaskReported,
    tool: {
      description:
        'Ends a task by saying what was found: hypotheses with confidence, each with evidence that people can check (query, range, value). It is posted into the Slack thread and into the incident’s timeline; people answer whether it was right. Reporting again corrects it.',
      bound: 8000,
    },
    async ask({ task: id, requestId, ...sent }, caller) {
      const by = actorOf(caller);
      const isMine = ({ reports }: AgentTask) =>
        reports.some((report) => isSameActor(report.by, by) && report.summary === sent.summary);
      return act(id, ports, {
        // What was reported already is not refused when it is sent again.
        why: (task, now) =>
          requestId !== undefined && isMine(task) ? undefined : whyNotReported(task, by, now),
        event: { type: 'taskReported', task: id, by, report: sentReport(sent) },
        key: `report:${id}:${caller.name}:${requestId ?? randomUUID()}`,
        isDone: isMine,
        answer: (task) => summaryOf(task, ports),
      });
    },
  });
}

/** What is done to a task: why it may not be, the event, and whether it came of it. */
type Act<T> = {
  readonly why: (task: AgentTask, now: number) => string | undefined;
  readonly event: AgentTaskEvent;
  readonly key: string;
  readonly isDone: (task: AgentTask, now: number) => boolean;
  readonly answer: (task: AgentTask) => Outcome<T>;
};

/** Commits what is done to a task, and answers with what it became. Somebody else may have been first meanwhile: then it is refused as if it had been so before. */
async function act<T>(
  id: string,
  { store, clock }: Needed,
  { why, event, key, isDone, answer }: Act<T>,
): Promise<Outcome<T>> {
  const known = await store.agentTasks.get(id);
  if (known === undefined) return noTask(id);
  const reason = why(known, clock.now());
  if (reason !== undefined) return failure('conflict', reason);
  const carried = await carryOut(event, key, { store, clock });
  if (!carried.ok) return carried;
  if (await isOther(carried.value.id, event, { store })) return nameTaken();
  const task = await store.agentTasks.get(id);
  if (task === undefined) return noTask(id);
  if (isDone(task, clock.now())) return answer(task);
  return failure('conflict', why(task, clock.now()) ?? `Meanwhile ${id} changed; read it again.`);
}

function whyNotClaimed(task: AgentTask, by: Actor, now: number): string | undefined {
  const { id, reports, expiresAt } = task;
  switch (stateOf(task, now)) {
    case 'preparing':
      return `What is known of ${id} is still being read; it can be claimed in a moment.`;
    case 'expired':
      return `${id} expired at ${timeOf(expiresAt)}.`;
    case 'reported':
      return `${id} was reported on at ${timeOf(reports.at(-1)?.at ?? now)}; report_task corrects a report.`;
    case 'open':
    case 'claimed':
      return heldByAnother(task, by, now);
  }
}

function whyNotReported(task: AgentTask, by: Actor, now: number): string | undefined {
  return task.reports.length >= MOST_REPORTS
    ? `${task.id} was reported on ${MOST_REPORTS} times; that is all it takes.`
    : heldByAnother(task, by, now);
}

function heldByAnother(task: AgentTask, by: Actor, now: number): string | undefined {
  const lease = holderOf(task, now);
  if (lease === undefined || isSameActor(lease.by, by)) return undefined;
  const holder = lease.by.kind === 'machine' ? lease.by.name : lease.by.user;
  return `${holder} holds ${task.id} until ${timeOf(lease.until)}.`;
}

function isHeldBy(task: AgentTask, by: Actor, now: number): boolean {
  const lease = holderOf(task, now);
  return lease !== undefined && isSameActor(lease.by, by);
}

function actorOf({ name }: Caller): Actor {
  return { kind: 'machine', name };
}

function detailOf(task: AgentTask, { clock }: Needed) {
  const now = clock.now();
  return success({ at: timeOf(now), task: taskOf(task, now) });
}

function summaryOf(task: AgentTask, { clock }: Needed) {
  const now = clock.now();
  return success({ at: timeOf(now), task: taskSummaryOf(task, now) });
}

function noTask(id: string) {
  return failure('not-found', `There is no task ${shown(id)}.`, { where: 'the path' });
}
