import { z } from 'zod';
import type { Outcome, Problem } from '#domain/problem.ts';
import type { Scope } from './auth.ts';
import { problemsOf } from './problems.ts';

/** Who asks: the name of its token, and what that may do. */
export type Caller = { readonly name: string; readonly scopes: readonly Scope[] };

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT';

/** How an operation is offered to agents as a tool. */
export type Tool = {
  /** What it is for and when to use it, for a model that chooses: two or three sentences. */
  readonly description: string;
  /** Most that its answer may be, as JSON in bytes of UTF-8; what does not fit is left out, and named. */
  readonly bound: number;
  /** That doing it twice is the same as doing it once. Of what only reads it is taken for granted. */
  readonly isIdempotent?: boolean;
  /** How to ask for what did not fit, in a sentence that names the tool or the argument for it; without it REST is named. */
  readonly more?: string;
  /** Members of its input that are of no use to a model, such as a format for people. */
  readonly without?: readonly string[];
};

/**
 * One thing that machines may ask for or do, with the shapes of what they send and get: enough to answer it over REST, to document it, and to offer it as a tool.
 * Over REST the members of `input` that stand in `path` come from there, the others from what follows the question mark (GET) or from a JSON body.
 */
export type Operation = {
  /** Such as `list_flags`: the tool's name, and OpenAPI's operationId. */
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly input: z.ZodObject;
  readonly answer: z.ZodType;
  /** The media type of what it answers with where that is a file; `answer` is not used then. */
  readonly media?: string;
  /** 200 if nothing is said. */
  readonly status?: 200 | 201 | 202;
  /** Media types of texts with which it may answer besides JSON. */
  readonly texts?: readonly string[];
  readonly tool?: Tool;
  /** Reads `input` by its shape and answers; never throws for what was sent. */
  ask(input: Readonly<Record<string, unknown>>, caller: Caller): Promise<Asked>;
};

/** An answer that was asked for as a text. */
export type Written = { readonly ok: true; readonly type: string; readonly text: string };

/** An answer that is a file. */
export type Sent = { readonly ok: true; readonly type: string; readonly bytes: Uint8Array };

export type Asked =
  | { readonly ok: true; readonly value: object }
  | Written
  | Sent
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Ties an answer to its shapes: `ask` gets what was sent as `input` reads it, and gives what `answer` publishes. */
export function operation<Input extends z.ZodObject, Answer extends z.ZodType<object>>({
  ask,
  ...published
}: Omit<Operation, 'ask' | 'input' | 'answer'> & {
  readonly input: Input;
  readonly answer: Answer;
  ask(input: z.output<Input>, caller: Caller): Promise<Outcome<z.output<Answer>> | Written | Sent>;
}): Operation {
  return {
    ...published,
    async ask(input, caller) {
      const read = published.input.safeParse(input);
      if (!read.success)
        return { ok: false, problems: problemsOf(read.error, published.input, placeOf(published)) };
      const asked = await ask(read.data, caller);
      return asked.ok ? asked : { ok: false, problems: [asked.problem] };
    },
  };
}

/** Where a member of an operation's input stands in a request, as a refusal names it. */
export function placeOf({ method, path }: Pick<Operation, 'method' | 'path'>): (field: string) => string {
  const inPath = new Set(pathNames(path));
  return (field) => {
    const [name = ''] = field.split(/[.[]/);
    if (inPath.has(name)) return `path ${name}`;
    return method === 'GET' ? `query ${field}` : field === '' ? 'the body' : `body ${field}`;
  };
}

/** The names in the braces of a path. */
export function pathNames(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** What follows a question mark as the values that the shape has: there are only texts in it. What does not fit is left as it was sent, for the shape to refuse. */
export function fromQuery(
  input: z.ZodObject,
  query: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(query).map(([name, sent]) => {
      const field = Object.hasOwn(input.shape, name) ? input.shape[name] : undefined;
      return [name, field === undefined ? sent : valueIn(kindOf(field), sent)];
    }),
  );
}

function valueIn(kind: string | undefined, sent: string | readonly string[]): unknown {
  if (kind === 'array') return typeof sent === 'string' ? [sent] : sent;
  if (typeof sent !== 'string') return sent;
  if (kind === 'boolean' && (sent === 'true' || sent === 'false')) return sent === 'true';
  if ((kind === 'number' || kind === 'integer') && /^-?\d+(\.\d+)?$/.test(sent)) return Number(sent);
  return sent;
}

function kindOf(field: unknown): string | undefined {
  if (!(field instanceof z.ZodType)) return undefined;
  const { type } = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  return typeof type === 'string' ? type : undefined;
}
