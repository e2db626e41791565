import type { z } from 'zod';
import type { Outcome, Problem } from '#domain/problem.ts';
import type { Incoming } from '#runtime/server.ts';
import type { Scope } from '../auth.ts';
import { problemsOfQuery } from '../problems.ts';

/** One thing that machines may ask for, with the shapes of what they send and get: enough to answer it, and to document it. */
export type Endpoint = {
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  ask(request: Pick<Incoming, 'params' | 'query'>): Promise<Asked>;
};

/** An answer that was asked for as a text. */
export type Written = { readonly ok: true; readonly type: string; readonly text: string };

type Asked =
  | { readonly ok: true; readonly value: object }
  | Written
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Ties an answer to its shapes: `ask` gets what follows the question mark as `query` reads it, and gives what `answer` publishes. */
export function endpoint<Query extends z.ZodObject, Answer extends z.ZodType<object>>({
  ask,
  ...published
}: Pick<Endpoint, 'path' | 'summary' | 'scope'> & {
  readonly query: Query;
  readonly answer: Answer;
  ask(params: Incoming['params'], query: z.output<Query>): Promise<Outcome<z.output<Answer>> | Written>;
}): Endpoint {
  return {
    ...published,
    async ask({ params, query }) {
      const read = published.query.safeParse(query);
      if (!read.success)
        return { ok: false, problems: problemsOfQuery(read.error, Object.keys(published.query.shape)) };
      const asked = await ask(params, read.data);
      return asked.ok ? asked : { ok: false, problems: [asked.problem] };
    },
  };
}
