import { z } from 'zod';
import { ActionItemList } from './action-items.ts';
import { AgentTask, AgentTaskSummary, TaskDetail, TaskList, TaskReported } from './agent-task.ts';
import { Alert, AlertDetail, AlertList, AlertSummary } from './alerts.ts';
import { AuditEntry, AuditList } from './audit.ts';
import { Budget, BudgetList, SloWindow, Spender } from './budgets.ts';
import { Change, OpenAlert } from './changes.ts';
import { CohortSignal, Needs, SampleRatio } from './cohorts.ts';
import { Comparison } from './compare.ts';
import { Coverage, CoverageList } from './coverage.ts';
import { Deploy, DeployDetail, DeployList, DeploySummary, Onset } from './deploys.ts';
import { Digest } from './digest.ts';
import { ErrorPattern, ErrorPatternDetail, ErrorPatternList, ErrorPatternSummary } from './error-patterns.ts';
import { FlagDetail, FlagList, Rollout, RolloutNow, RolloutSummary, Step, StepSummary } from './flags.ts';
import { Doubt, Durations, Times } from './incident-times.ts';
import { BudgetCost, Incident, IncidentDetail, IncidentList, SimilarIncident } from './incidents.ts';
import { Began, BeganBeside } from './onsets.ts';
import { Who } from './people.ts';
import { PointList } from './points.ts';
import { ActionItem, Evidence, Postmortem } from './postmortem.ts';
import { Links } from './postmortem-links.ts';
import { PostmortemList, PostmortemSummary } from './postmortem-list.ts';
import { Problem, Refusal } from './problem.ts';
import { QueryResult, QuerySeries } from './query.ts';
import { Preflight, Readiness } from './readiness.ts';
import { Reading, Window } from './readings.ts';
import { Objective, ObjectiveList, Service, ServiceDetail, ServiceList } from './services.ts';
import { Snapshot, SnapshotDetail } from './snapshots.ts';
import { FleetStatus, Health, IncidentLine, ServiceStatus } from './status.ts';
import { Entry, Timeline } from './timeline.ts';
import { ActionItemWritten, EntryWritten, IncidentWritten, PostmortemWritten } from './written.ts';

/** Shapes that have a name wherever they occur. Programs are generated from these names: they stay. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  ...{ Alert, AlertDetail, AlertList, AlertSummary },
  ...{ ErrorPattern, ErrorPatternDetail, ErrorPatternList, ErrorPatternSummary },
  ...{ ActionItem, ActionItemList, AgentTask, AgentTaskSummary, AuditEntry, AuditList, Began, BeganBeside },
  ...{
    Budget,
    BudgetCost,
    BudgetList,
    Change,
    CohortSignal,
    Comparison,
    Coverage,
    CoverageList,
    Deploy,
    DeployDetail,
    DeployList,
    Digest,
  },
  ...{ DeploySummary, Doubt, Durations, Evidence, FlagDetail, FlagList, FleetStatus, Health, Incident },
  ...{ IncidentDetail, IncidentLine, IncidentList, Links, Needs, Objective, ObjectiveList, Onset, OpenAlert },
  ...{
    PointList,
    Postmortem,
    PostmortemList,
    PostmortemSummary,
    Preflight,
    Problem,
    QueryResult,
    QuerySeries,
  },
  ...{ Readiness, Reading, Refusal, Rollout, RolloutNow, RolloutSummary, SampleRatio, Service },
  ...{ ServiceDetail, ServiceList, ServiceStatus, SimilarIncident, SloWindow, Snapshot, SnapshotDetail },
  ...{ Spender, Step, StepSummary, TaskDetail, TaskList, TaskReported, Timeline, TimelineEntry: Entry },
  ...{ ActionItemWritten, EntryWritten, IncidentWritten, PostmortemWritten, Times, Who, Window },
};

/** JSON Schemas by their names, and how each of the shapes that were asked for is called. */
export type Named = {
  readonly schemas: Readonly<Record<string, object>>;
  nameOf(shape: z.ZodType): string;
};

/** Where a named schema is in a document. */
export function refTo(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * The JSON Schemas (draft 2020-12) of these shapes, and of all with a name in them. `called` names those that have none of their own. Members
 * may be added to what is answered: what is not known is to be ignored, so nothing is said of other members.
 */
export function namedSchemas(called: ReadonlyMap<string, z.ZodType>): Named {
  const registry = z.registry<{ id: string }>();
  for (const [id, shape] of [...Object.entries(NAMED), ...called]) {
    if (!registry.has(shape)) registry.add(shape, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => refTo(id).$ref,
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
    ),
    nameOf(shape) {
      const id = registry.get(shape)?.id;
      if (id === undefined) throw new Error('a shape was asked for that nothing is called');
      return id;
    },
  };
}
