import { z } from 'zod';
import type { FlagReport } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import type { Parsed } from './sender.ts';
import { digestOf } from './wire.ts';

/** A name that something is known by. */
export const Name = z.string().trim().min(1).max(500);

/** What is only shown, such as who did it; senders write nothing, null or an empty text where they do not know. */
export const Remark = z
  .string()
  .nullish()
  .transform((text) => text?.trim().slice(0, 500) || undefined);

/** Of a flag change all that a body tells. */
export type Told = Omit<FlagReport, 'type' | 'hints' | 'share' | 'project' | 'url' | 'actor'> & {
  readonly service?: string | undefined;
  readonly share?: number | undefined;
  readonly project?: string | undefined;
  readonly url?: string | undefined;
  readonly actor?: string | undefined;
};

/**
 * A flag change as an event. `identity` is what tells it from every other change of the same source. The service is looked for by its
 * name, or by the sender's project as the application of `match` rules; which services carry the flag is configured there.
 */
export function flagReport({ service, ...told }: Told, identity: readonly unknown[]): Parsed {
  const { source, project, environment } = told;
  return {
    dedupeKey: `flags:${digestOf([source, ...identity])}`,
    event: present({
      type: 'flagReport' as const,
      hints: present({ service, application: project, environment }),
      ...told,
    }),
  };
}

/**
 * What stands for the time in the identity of a body that names neither time nor id. On, off and on again may come within a minute, and
 * the last of them must not be taken for a repeat of the first: each is a report of its own (and one that tells the share that holds
 * already changes nothing). Where no share is told nothing can be lost so, and a repeat is known for a minute.
 */
export function anew(share: number | undefined, at: Instant): Instant {
  return share === undefined ? Math.floor(at / MINUTE) * MINUTE : at;
}
