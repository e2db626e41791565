import { z } from 'zod';
import * as domain from '#domain/agent-task/agent-task.ts';
import { present } from '#domain/optional.ts';
import type { Instant } from '#domain/time.ts';
import { Began, beganOf, Change, changeOf, HandOff, handOffOf } from './agent-hand-off.ts';
import { Report, reportOf } from './agent-report.ts';
import { fitted } from './cut.ts';
import { Who, whoOf } from './people.ts';
import { Time, timeOf, Untrusted } from './values.ts';

/** What a task says of its shape. */
export const AGENT_TASK_SCHEMA = 'agent-task/1';

/** Most bytes of a task as JSON: in a list or a push, and by itself. */
export const SUMMARY_BYTES = 4 * 1024;
export const DETAIL_BYTES = 64 * 1024;

export const STATES = [
  'preparing',
  'open',
  'claimed',
  'reported',
  'expired',
] as const satisfies readonly domain.AgentTaskState[];

/** How many changes a summary names. */
const NAMED = 3;

/** A task, as much of it as tells whether to take it. */
export const AgentTaskSummary = z.object({
  schema: z.literal(AGENT_TASK_SCHEMA).describe('The shape of this value.'),
  id: z.string().describe('Such as `TASK-12`.'),
  state: z
    .enum(STATES)
    .describe(
      'open: can be claimed; claimed: somebody holds it; reported and expired: it is over; preparing: not read yet.',
    ),
  subject: z
    .object({
      kind: z.enum(['alert', 'deploy', 'rollout', 'budget']),
      id: z.string().describe('Of the alert, deploy or rollout; of a budget its name and episode.'),
      step: z.int().optional().describe('The step of a rollout that is to be stopped.'),
      slo: z.string().optional().describe('The objective whose budget burns.'),
    })
    .describe('What it is about.'),
  service: z.string().optional().describe('Absent where no configured service fits.'),
  title: Untrusted.describe('What it is about, in a line.'),
  headline: Untrusted.optional().describe(
    'What is wrong, with the figures as they were when it was handed off.',
  ),
  since: Time.describe('When it began, as far as was known when the task was made.'),
  began: Began.optional(),
  createdAt: Time,
  expiresAt: Time.describe('From then on it cannot be claimed.'),
  overAt: Time.optional().describe(
    'Since when what it is about is over by itself; why it was is still to be found.',
  ),
  lease: z
    .object({ by: Who, at: Time, until: Time })
    .optional()
    .describe('Who holds it, and until when nobody else can claim it.'),
  changes: z
    .array(Change)
    .optional()
    .describe('The likeliest causes among what changed; the task itself has all.'),
  result: z
    .object({
      by: Who,
      at: Time,
      reports: z.int().min(1),
      summary: Untrusted,
      statement: Untrusted.optional().describe('The likeliest hypothesis.'),
      confidence: z.number().min(0).max(1).optional(),
    })
    .optional()
    .describe('What was reported last.'),
  omitted: z.array(z.string()).optional().describe('What was cut to keep it short.'),
});
export type AgentTaskSummary = z.infer<typeof AgentTaskSummary>;

/** A task with all that was handed off, and all that was reported. */
export const AgentTask = AgentTaskSummary.omit({ changes: true, result: true }).extend({
  handOff: HandOff.optional(),
  reports: z.array(Report).describe('What was reported, the newest last; the last one counts.'),
});
export type AgentTask = z.infer<typeof AgentTask>;

/** A task as it stands at `now`, in 4 KB. */
export function taskSummaryOf(task: domain.AgentTask, now: Instant): AgentTaskSummary {
  const report = task.reports.at(-1);
  const [first] = report?.hypotheses ?? [];
  const changes = task.handOff?.changes.slice(0, NAMED).map(changeOf) ?? [];
  return fitted(
    {
      ...factsOf(task, now),
      ...(changes.length === 0 ? {} : { changes }),
      ...present({
        result:
          report === undefined
            ? undefined
            : {
                ...{ by: whoOf(report.by), at: timeOf(report.at), reports: task.reports.length },
                summary: report.summary,
                ...present({ statement: first?.statement, confidence: first?.confidence }),
              },
      }),
    },
    SUMMARY_BYTES,
  );
}

/** A task as it stands at `now`, with everything, in 64 KB. */
export function taskOf(task: domain.AgentTask, now: Instant): AgentTask {
  const { handOff, reports } = task;
  return fitted(
    {
      ...factsOf(task, now),
      ...present({ handOff: handOff === undefined ? undefined : handOffOf(handOff) }),
      reports: reports.map(reportOf),
    },
    DETAIL_BYTES,
  );
}

function factsOf(task: domain.AgentTask, now: Instant) {
  const { id, subject, service, title, since, createdAt, expiresAt, overAt, handOff } = task;
  const lease = domain.holderOf(task, now);
  return {
    ...({ schema: AGENT_TASK_SCHEMA, id, state: domain.stateOf(task, now), title } as const),
    subject: subjectOf(subject),
    ...present({ service, headline: handOff?.observed.headline }),
    ...{ since: timeOf(since), createdAt: timeOf(createdAt), expiresAt: timeOf(expiresAt) },
    ...present({
      began: handOff?.began === undefined ? undefined : beganOf(handOff.began),
      overAt: overAt === undefined ? undefined : timeOf(overAt),
      lease:
        lease === undefined
          ? undefined
          : { by: whoOf(lease.by), at: timeOf(lease.at), until: timeOf(lease.until) },
    }),
  };
}

function subjectOf(subject: domain.TaskSubject): AgentTaskSummary['subject'] {
  const { kind, id } = subject;
  return {
    ...{ kind, id },
    ...present({
      step: subject.kind === 'rollout' ? subject.step : undefined,
      slo: subject.kind === 'budget' ? subject.slo : undefined,
    }),
  };
}

export const TaskList = z.object({
  at: Time,
  tasks: z.array(AgentTaskSummary).describe('The newest first.'),
  nextCursor: z.string().optional().describe('Absent on the last page.'),
});

export const TaskDetail = z.object({ at: Time, task: AgentTask });

export const TaskReported = z.object({ at: Time, task: AgentTaskSummary });
