import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Annotation, Annotations } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { DAY, type Duration } from '#domain/time.ts';

export type GrafanaSettings = {
  readonly url: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly ca?: string;
};

const Created = z.object({ id: z.int() });
/** Grafana gives a point an end that is its beginning. */
const Found = z.array(
  z.object({
    id: z.int(),
    time: z.int(),
    timeEnd: z.int().optional(),
    text: z.string(),
    tags: z.array(z.string()).nullish(),
  }),
);
const Changed = z.object({ message: z.string() });

/** Annotations of the whole organisation through Grafana's HTTP API: each dashboard can show them by their tags. */
export function createAnnotations(settings: GrafanaSettings): Annotations {
  const call = caller(settings);
  return {
    async put(annotation) {
      const { key, from, to } = annotation;
      const body = { time: from, timeEnd: to ?? from, tags: annotation.tags, text: annotation.text };
      // Tags narrow each other down; the time keeps another database's deploy of the same number apart.
      const span = { from: `${from - DAY}`, to: `${(to ?? from) + DAY}` };
      const query = new URLSearchParams({ ...span, type: 'annotation', limit: '10' });
      for (const tag of key) query.append('tags', tag);
      const found = await call('GET', `api/annotations?${query}`, Found);
      if (!found.ok) return found;
      const known = found.value.find(({ tags }) => key.every((tag) => tags?.includes(tag)));
      if (known === undefined) {
        const made = await call('POST', 'api/annotations', Created, body);
        return made.ok ? success('created') : made;
      }
      if (isSame(known, body)) return success('kept');
      const changed = await call('PATCH', `api/annotations/${known.id}`, Changed, body);
      return changed.ok ? success('changed') : changed;
    },
  };
}

/** Whether a Grafana answers and lets the token read annotations. */
export async function probeGrafana(
  settings: GrafanaSettings,
): Promise<{ what: string; ok: boolean; found: string; remedy?: string }> {
  const what = 'Grafana';
  const read = await caller(settings)('GET', 'api/annotations?limit=1', Found);
  return read.ok
    ? { what, ok: true, found: 'its token reads annotations' }
    : {
        ...{ what, ok: false, found: read.problem.what },
        remedy: 'Check grafana.url, and that grafana.token is of a service account with the role Editor.',
      };
}

/** Asks Grafana; what went wrong is in the value, and never the token. */
function caller({ url, token, headers, timeout, ca }: GrafanaSettings) {
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca } });
  return async <T>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    shape: z.ZodType<T>,
    body?: object,
  ): Promise<Outcome<T>> => {
    try {
      const response = await request(new URL(path, base), {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(dispatcher === undefined ? {} : { dispatcher }),
        signal: AbortSignal.timeout(timeout),
      });
      const text = await response.body.text();
      return read(response.statusCode, text, shape);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const why =
        error.name === 'TimeoutError'
          ? `no answer within ${timeout / 1000} s`
          : (error.message.split('\n')[0] ?? error.name);
      return failure('grafana-unreachable', `Grafana could not be asked: ${why}.`);
    }
  };
}

function read<T>(status: number, text: string, shape: z.ZodType<T>): Outcome<T> {
  if (status >= 500 || status === 429)
    return failure('grafana-unreachable', `Grafana answered ${status}: ${text.slice(0, 200).trim()}.`);
  if (status >= 300)
    return failure('grafana-refused', `Grafana answered ${status}: ${text.slice(0, 200).trim()}.`);
  const parsed = shape.safeParse(asJson(text));
  return parsed.success
    ? success(parsed.data)
    : failure('grafana-refused', 'What answered at its address is not the API of Grafana.');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSame(
  { time, timeEnd = time, text, tags }: z.infer<typeof Found>[number],
  wanted: { time: number; timeEnd: number; text: string; tags: Annotation['tags'] },
): boolean {
  const sorted = (of: readonly string[]) => JSON.stringify(of.toSorted());
  return (
    time === wanted.time &&
    timeEnd === wanted.timeEnd &&
    text === wanted.text &&
    sorted(tags ?? []) === sorted(wanted.tags)
  );
}
