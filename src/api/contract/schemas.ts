import { z } from 'zod';
import { AGENT_TASK_SCHEMA, AgentTask } from './agent-task.ts';
import { INCIDENT_SCHEMA, Incident } from './incidents.ts';
import { POSTMORTEM_SCHEMA, Postmortem } from './postmortem.ts';

/** A shape that is published by itself, for whoever keeps what has it. */
export type Published = { readonly path: string; readonly title: string; readonly schema: object };

/** JSON Schema (draft 2020-12) of everything that has a `schema` of its own, each at its address. */
export const PUBLISHED: readonly Published[] = [
  published(POSTMORTEM_SCHEMA, 'A post-mortem', Postmortem),
  published(INCIDENT_SCHEMA, 'An incident', Incident),
  published(AGENT_TASK_SCHEMA, 'A task for agents', AgentTask),
];

/** `$id` is its address below this server, which names no other place. Fields may be added within a version: what is not known is to be ignored. */
function published(name: string, title: string, shape: z.ZodType): Published {
  const path = `/schemas/${name}.json`;
  const { $schema, ...schema } = z.toJSONSchema(shape, {
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { path, title, schema: { $schema, $id: path, title, ...schema } };
}
