import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Scope } from '#api/auth.ts';
import { anyOf } from './any-sent.ts';
import type { Json } from './json-schema.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Json;
};

type Answer = {
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
  readonly headers?: Json;
};

/** An operation as the document describes it. */
export type Described = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly scope: Scope;
  readonly parameters: readonly Parameter[];
  readonly body?: Json;
  /** Answers by status, references followed. */
  readonly answers: Readonly<Record<string, Answer>>;
};

/** What is sent: names of the path, of the question, and a body. */
export type Request = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
};

type Operation = {
  readonly operationId: string;
  readonly security: readonly { readonly token: readonly [Scope] }[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Json } } };
  readonly responses: Readonly<Record<string, Json>>;
};

/** All operations of a document, nothing known of them but what it says. */
export function describedIn(document: Json): readonly Described[] {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const { responses } = document.components as { readonly responses: Record<string, Answer> };
  const answerOf = (answer: Json): Answer =>
    typeof answer.$ref === 'string'
      ? (responses[answer.$ref.split('/').at(-1) ?? ''] as Answer)
      : (answer as Answer);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, security, parameters, requestBody, responses }]) => {
      const body = requestBody?.content['application/json'].schema;
      return {
        ...{ name: operationId, method: method.toUpperCase(), path, parameters },
        scope: security[0]?.token[0] as Scope,
        ...(body === undefined ? {} : { body: schemaOf(body, document) }),
        answers: Object.fromEntries(
          Object.entries(responses).map(([status, answer]) => [status, answerOf(answer)]),
        ),
      };
    }),
  );
}

function schemaOf(schema: Json, document: Json): Json {
  if (typeof schema.$ref !== 'string') return schema;
  const { schemas } = document.components as { readonly schemas: Record<string, Json> };
  return schemas[schema.$ref.split('/').at(-1) ?? ''] as Json;
}

/** Any request that has the form the document describes. */
export function anyRequest({ parameters, body }: Described, document: Json): fc.Arbitrary<Request> {
  const named = (place: 'path' | 'query') => {
    const there = parameters.filter((one) => one.in === place);
    return fc.record(
      Object.fromEntries(there.map(({ name, schema }) => [name, anyOf(schema, document)])),
      place === 'path'
        ? {}
        : { requiredKeys: there.filter(({ required }) => required).map(({ name }) => name) },
    );
  };
  return fc.record({
    params: named('path'),
    query: named('query'),
    ...(body === undefined
      ? {}
      : { body: anyOf(body, document) as fc.Arbitrary<Readonly<Record<string, unknown>>> }),
  }) as fc.Arbitrary<Request>;
}

/** A valid value of each required member, and nothing else. */
export function least(operation: Described, document: Json): Request {
  const { body } = operation;
  const only = { ...body, properties: pick(body) };
  const [request] = fc.sample(
    anyRequest(
      {
        ...operation,
        parameters: operation.parameters.filter(({ required }) => required),
        ...(body === undefined ? {} : { body: only }),
      },
      document,
    ),
    { numRuns: 1, seed: 7 },
  );
  if (request === undefined) throw new Error('nothing was made');
  return request;
}

function pick(body: Json = {}): Json {
  const required = (body.required ?? []) as readonly string[];
  const properties = (body.properties ?? {}) as Json;
  return Object.fromEntries(Object.entries(properties).filter(([name]) => required.includes(name)));
}

/** The address of a request. A part of a path that is a dot or two would be taken for a step in it, so it is sent with more. */
export function addressOf({ path }: Described, { params, query }: Request): string {
  const encoded = (value: unknown) => encodeURIComponent(String(value).toWellFormed());
  const part = (value: unknown) => encoded(/^(\.{0,2})$/.test(String(value)) ? `${value}x` : value);
  const asked = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => part(params[name]));
  return asked.length === 0 ? address : `${address}?${asked.join('&')}`;
}

/** Checks that an answer is one that the document describes: its status, its media type, its shape, its headers. */
export function checkerOf(document: Json) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ ...document, $id: 'api' });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return async (operation: Described, response: Response, sent: unknown): Promise<Json | undefined> => {
    const what = `${operation.name}, ${JSON.stringify(sent)?.slice(0, 1000)}`;
    const text = await response.text();
    const answer = operation.answers[response.status];
    expect(answer, `${response.status} is not in the document: ${what} ${text.slice(0, 500)}`).toBeDefined();
    for (const name of Object.keys(answer?.headers ?? {}))
      expect(response.headers.get(name), `${name} of ${response.status}: ${what}`).toMatch(/./);
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    const content = answer?.content?.[type];
    expect(content, `${type} is not in the document: ${what}`).toBeDefined();
    if (!/json$/.test(type) || content?.schema === undefined) return undefined;
    const reference = String(content.schema.$ref);
    const isValid = compiled.get(reference) ?? ajv.compile({ $ref: `api${reference}` });
    compiled.set(reference, isValid);
    const body: Json = JSON.parse(text);
    expect(isValid(body), `${what}: ${ajv.errorsText(isValid.errors)} in ${text.slice(0, 500)}`).toBe(true);
    return body;
  };
}
