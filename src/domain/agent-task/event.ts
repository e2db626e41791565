import type { Actor } from '../event.ts';
import type { Duration } from '../time.ts';
import type { HandOff } from './hand-off.ts';
import type { TaskReport } from './report.ts';

/** What is done with agent tasks: by agents, by people who answer them, and by our own jobs. */
export type AgentTaskEvent =
  /** What is known of a task's subject was read: it can be claimed from now on. */
  | { readonly type: 'taskHandedOff'; readonly task: string; readonly handOff: HandOff }
  /** Somebody takes a task, or holds it for longer where the lease is its own. */
  | { readonly type: 'taskClaimed'; readonly task: string; readonly by: Actor; readonly length: Duration }
  | { readonly type: 'taskReleased'; readonly task: string; readonly by: Actor }
  | {
      readonly type: 'taskReported';
      readonly task: string;
      readonly by: Actor;
      readonly report: Pick<TaskReport, 'summary' | 'hypotheses' | 'suggestions'>;
    }
  /** A person says whether a hypothesis of a report was right; both are places: reports count from 1, hypotheses from 0. */
  | {
      readonly type: 'hypothesisAnswered';
      readonly task: string;
      readonly report: number;
      readonly hypothesis: number;
      readonly right: boolean;
      readonly by: Actor;
    };
