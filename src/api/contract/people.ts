import { z } from 'zod';
import type { Actor } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import { Untrusted } from './values.ts';

/** Names of people by their Slack ids, as far as they are known. */
export type Names = ReadonlyMap<string, string>;

/** Who did something: a person of the Slack workspace, or a machine. */
export const Who = z.object({
  kind: z.enum(['person', 'machine']).describe('A person of the Slack workspace, or a program.'),
  id: z.string().optional().describe('The Slack user id of a person.'),
  name: Untrusted.optional().describe('The name, where it is known; of a machine always.'),
});
export type Who = z.infer<typeof Who>;

export function whoOf(actor: Actor, names: Names = new Map()): Who {
  if (actor.kind === 'machine') return { kind: 'machine', name: actor.name };
  return { kind: 'person', id: actor.user, ...present({ name: names.get(actor.user) }) };
}
