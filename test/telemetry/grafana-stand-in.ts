import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

export const TOKEN = 'glsa_the-token';

/** What Grafana takes, and no field besides. */
const Body = z.strictObject({
  time: z.int().positive(),
  timeEnd: z.int().positive(),
  text: z.string().min(1),
  tags: z.array(z.string().max(201)).refine((tags) => JSON.stringify(tags).length <= 500),
});

type Annotation = z.infer<typeof Body> & { readonly id: number };
type Answer = { readonly status: number; readonly body: unknown };

/** What happens to a request: nothing special, another answer, no answer, or that what was asked is done and the answer lost. */
type Fault = 'none' | { readonly status: number } | 'silent' | 'done-and-lost';

/**
 * Stands in for Grafana's annotations API: `GET`, `POST` and `PATCH` under `/grafana/api/annotations`, as strict as the real one about
 * token, types, tags (all given must be there) and their length, and time (only when both ends are given).
 */
export async function startGrafana() {
  const annotations: Annotation[] = [];
  const asked: string[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const text = await bodyOf(incoming);
    asked.push(`${incoming.method} ${incoming.url}`);
    const fault = faults.shift();
    if (fault === 'silent') return;
    const answer = typeof fault === 'object' ? fail(fault.status) : answerTo(incoming, text, annotations);
    if (fault === 'done-and-lost') return void incoming.socket.destroy();
    outgoing
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/grafana`,
    annotations,
    asked,
    /** What goes wrong with the next requests, one each. */
    faults,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Grafana = Awaited<ReturnType<typeof startGrafana>>;

function answerTo(incoming: IncomingMessage, text: string, annotations: Annotation[]): Answer {
  const url = new URL(incoming.url ?? '/', 'http://grafana');
  const found = /^\/grafana\/api\/annotations(?:\/(\d+))?$/.exec(url.pathname);
  if (found === null) return { status: 404, body: { message: 'Not found' } };
  if (incoming.headers.authorization !== `Bearer ${TOKEN}`)
    return { status: 401, body: { message: 'Invalid API key' } };
  if (incoming.method === 'GET') return search(url.searchParams, annotations);
  if (incoming.headers['content-type'] !== 'application/json') return fail(415);
  const parsed = Body.safeParse(JSON.parse(text));
  if (!parsed.success) return { status: 400, body: { message: parsed.error.message } };
  if (incoming.method === 'POST' && found[1] === undefined) {
    const id = annotations.length + 1;
    annotations.push({ id, ...parsed.data });
    return { status: 200, body: { message: 'Annotation added', id } };
  }
  const place = annotations.findIndex(({ id }) => String(id) === found[1]);
  if (incoming.method !== 'PATCH' || place < 0) return fail(404);
  annotations[place] = { id: place + 1, ...parsed.data };
  return { status: 200, body: { message: 'Annotation patched' } };
}

function search(query: URLSearchParams, annotations: readonly Annotation[]): Answer {
  const known = ['tags', 'type', 'from', 'to', 'limit'];
  if ([...query.keys()].some((key) => !known.includes(key))) return fail(400);
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  const isIn = ({ time, timeEnd }: Annotation) => from <= 0 || to <= 0 || (time <= to && timeEnd >= from);
  const body = annotations
    .filter((one) => isIn(one) && query.getAll('tags').every((tag) => one.tags.includes(tag)))
    .slice(0, Number(query.get('limit') ?? 100))
    .map((one) => ({ alertId: 0, dashboardId: 0, panelId: 0, login: 'sa-bellbuoy', ...one }));
  return { status: 200, body };
}

function fail(status: number): Answer {
  return { status, body: { message: `as asked: ${status}` } };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
