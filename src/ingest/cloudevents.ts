import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { failure, type Problem } from '#domain/problem.ts';
import { fieldPath, problemsOf } from './wire.ts';

/** One event out of its envelope: its type, the event itself, and the path in the body under which it stands. */
export type Enveloped = {
  readonly type: string;
  readonly body: unknown;
  readonly within: readonly (string | number)[];
};

type Opened =
  | { readonly ok: true; readonly events: readonly Enveloped[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A CDEvent as it is, without an envelope; its context says the same as the envelope's attributes would. */
const Plain = z.object({ context: z.object({ type: z.string() }) });

/** CloudEvents' structured mode. */
const Structured = z.object({
  specversion: z.string(),
  type: z.string({ error: 'expected the event’s type, such as dev.cdevents.service.deployed.0.3.0' }),
  source: z.unknown().optional(),
  id: z.unknown().optional(),
  time: z.unknown().optional(),
  data: z.unknown().optional(),
  data_base64: z.string().optional(),
});

/**
 * Takes CDEvents out of CloudEvents' content modes, told apart by what is there: attributes in `ce-` headers (binary), beside `data`
 * (structured), a list of such (batched), or none at all. Where data has no context of its own, the attributes are its context.
 */
export function openEnvelopes(headers: IncomingHttpHeaders, json: unknown): Opened {
  if (!Array.isArray(json)) return openOne(headers, json, []);
  const opened = json.map((event, i) => openOne({}, event, [i]));
  const problems = opened.flatMap((one) => (one.ok ? [] : one.problems));
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, 20) }
    : { ok: true, events: opened.flatMap((one) => (one.ok ? one.events : [])) };
}

function openOne(headers: IncomingHttpHeaders, json: unknown, within: Enveloped['within']): Opened {
  const plain = Plain.safeParse(json);
  if (plain.success) return { ok: true, events: [{ type: plain.data.context.type, body: json, within }] };
  const type = attribute(headers, 'type');
  if (type !== undefined) {
    const context = {
      ...{ type, id: attribute(headers, 'id'), source: attribute(headers, 'source') },
      timestamp: attribute(headers, 'time'),
    };
    return { ok: true, events: [{ type, body: withContext(json, context), within }] };
  }
  if (typeof json !== 'object' || json === null || !('specversion' in json))
    return { ok: false, problems: [failure('body-invalid', NO_EVENT, { where: fieldPath(within) }).problem] };
  const read = Structured.safeParse(json);
  if (!read.success) return { ok: false, problems: problemsOf(read.error, within) };
  const { data_base64: encoded, data: given, ...attributes } = read.data;
  const data = encoded === undefined ? given : decoded(encoded);
  const context = {
    ...{ type: attributes.type, id: attributes.id, source: attributes.source, timestamp: attributes.time },
  };
  const place = [...within, encoded === undefined ? 'data' : 'data_base64'];
  return { ok: true, events: [{ type: attributes.type, body: withContext(data, context), within: place }] };
}

const NO_EVENT = 'This is no CDEvent: expected context and subject, or CloudEvents attributes around them.';

/** The value of a `ce-` header; what is not ASCII is percent-encoded there. */
function attribute(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[`ce-${name}`];
  if (typeof value !== 'string') return undefined;
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function withContext(data: unknown, context: object): unknown {
  if (typeof data !== 'object' || data === null || 'context' in data) return data;
  return { ...data, context };
}

function decoded(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
