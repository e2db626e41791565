import type { AgentTask, AgentTaskState, TaskSubject } from '#domain/agent-task/agent-task.ts';
import type { Outcome } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';

/** Tasks for agents, one a subject. */
export interface AgentTasks {
  get(id: string): Promise<AgentTask | undefined>;
  save(task: AgentTask): Promise<void>;
  /** The number that the next one gets: one more than the highest. */
  nextNumber(): Promise<number>;
  /** The one about a subject, in whatever state. */
  ofSubject(subject: TaskSubject): Promise<AgentTask | undefined>;
  /** Newest first by their number; where named, only those in a state at `now`, of a service, or numbered lower than `before`. */
  list(options: {
    now: Instant;
    state?: AgentTaskState;
    service?: string;
    before?: number;
    limit: number;
  }): Promise<readonly AgentTask[]>;
}

/** Tells another program that there is something to be investigated. */
export interface TaskPushes {
  /** Tells it once. Told again, it can see that it is the same. Fails with `push-failed`, after which it may be tried again, or with `push-refused`. */
  push(task: AgentTask): Promise<Outcome<undefined>>;
}
