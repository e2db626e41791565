import { Ajv, type ValidateFunction } from 'ajv';
import type { Call } from '#sandbox/slack/workspace.ts';
import { corpus } from '../ingest/corpora.ts';

/** Slack's own argument schemas by method, where they are beside the project. */
export const methodPages = corpus('slack/slack-api-ref/docs.slack.dev/methods');

export type MethodPage = {
  readonly rate_limits: string;
  readonly scope: { readonly bot?: readonly string[] };
  readonly args: {
    readonly required?: readonly string[];
    readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
};

const pages = new Map<string, MethodPage>(
  methodPages.files(/\.json$/).map(([name, text]) => [name.replace('.json', ''), JSON.parse(text)]),
);
const compiled = new Map<string, ValidateFunction>();

export function pageOf(method: string): MethodPage | undefined {
  return pages.get(method);
}

/** What Slack's schema has against a call; nothing when it is right. Slack's forms carry everything as text, lists as JSON. */
export function schemaFaults({ method, args }: Pick<Call, 'method' | 'args'>): readonly string[] {
  const page = pages.get(method);
  if (page === undefined) return [`${method}: there is no such method`];
  const validate = compiled.get(method) ?? compile(page);
  compiled.set(method, validate);
  const typed = Object.entries(args).map(([name, value]) => [
    name,
    typedAs(page.args.properties[name], value),
  ]);
  validate({ token: 'in the header', ...Object.fromEntries(typed) });
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${method}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function compile({ args }: MethodPage): ValidateFunction {
  const properties = Object.entries(args.properties).map(
    ([name, { desc, example, schema, subtype, ...rest }]) => [name, rest],
  );
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  return ajv.compile({
    ...args,
    properties: withoutSubtypes(Object.fromEntries(properties)),
    additionalProperties: false,
  });
}

/** Words of Slack's reference that are no JSON Schema, at any depth. */
function withoutSubtypes(value: unknown): object {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      ['desc', 'example', 'subtype', 'schema'].includes(key) ? undefined : inner,
    ),
  );
}

function typedAs(definition: Readonly<Record<string, unknown>> | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const type = definition?.type;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  // A view is the one object: “must be a JSON-encoded string”, and its type stands one level below.
  const isObject =
    Array.isArray(definition?.allOf) && JSON.stringify(definition.allOf).includes('"coerce":true');
  if (type === 'array' || isObject) return JSON.parse(value);
  return value;
}
