import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QueryResult } from '#api/contract/query.ts';
import { systemClock } from '#runtime/clock.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { MUTE } from '../telemetry/real-prometheus.ts';
import { type Api, openApi, TOKENS } from './door.ts';

/** What Prometheus answers to what it is asked; nothing where it never does. */
let answered: (form: URLSearchParams) => { readonly status: number; readonly body: unknown } | undefined;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const found = answered(new URLSearchParams(Buffer.concat(chunks).toString()));
  if (found === undefined) return;
  response.writeHead(found.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found.body));
});

const success = (result: readonly unknown[]) => ({
  status: 200,
  body: { status: 'success', data: { resultType: 'matrix', result } },
});

/** So many routes, the first one the busiest, over the whole range; the value grows by one a step. */
const routes = (count: number) => (form: URLSearchParams) => {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
  const values = (first: number) => {
    const found: [number, string][] = [];
    for (let at = start ?? 0; at <= (end ?? 0); at += step ?? 1) found.push([at, `${first + found.length}`]);
    return found;
  };
  return success(
    Array.from({ length: count }, (_, i) => ({
      metric: { route: `/r${i}` },
      values: values(1000 * (count - i)),
    })),
  );
};

let api: Api;
let client: ReturnType<typeof createPrometheus>;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const source = {
    ...{ name: 'default', url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` },
    ...{ headers: {}, timeout: 300, maxConcurrent: 4, scrapeInterval: 15_000 },
  };
  client = createPrometheus(source, { clock: systemClock, meter: MUTE });
  api = await openApi(TOKENS, { own: { metrics: createMetrics([{ source, client }]) } });
});
afterAll(async () => {
  await api.close();
  await client.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answered = routes(30);
});
afterEach(() => expect(api.errors).toEqual([]));

const ask = (parameters: Record<string, string>) =>
  api.get(`/api/v1/query?${new URLSearchParams({ query: 'sum by (route) (up)', ...parameters })}`);

describe('a question in PromQL', () => {
  it('gives the highest series with their figures and points, and says what was left out', async () => {
    const { body } = await ask({ range: '1h', step: '30s' });
    const found = QueryResult.parse(body);
    expect(found).toMatchObject({
      ...{ source: 'default', step: 30, found: 30 },
      window: { from: '2026-11-24T11:30:00.000Z', to: '2026-11-24T12:30:00.000Z' },
      leftOut: { series: 10, points: 20 * 80, how: expect.stringContaining('raise maxSeries') },
    });
    expect(found.series).toHaveLength(20);
    expect(found.series[0]).toMatchObject({
      ...{ labels: { route: '/r0' }, last: 30_120, min: 30_000, mean: 30_060, max: 30_120, everyNth: 3 },
    });
    expect(found.series[0]?.points).toHaveLength(41);
    expect(found.series[0]?.points.at(-1)).toEqual(['2026-11-24T12:30:00.000Z', 30_120]);
  });

  it('gives all of what is little, and says of nothing that it was left out', async () => {
    answered = routes(2);
    const { body } = await ask({ range: '5m' });
    expect(body.series.map(({ everyNth }: { everyNth: number }) => everyNth)).toEqual([1, 1]);
    expect(body).not.toHaveProperty('leftOut');
  });

  it('may be asked of the past, and be drawn', async () => {
    const { body } = await ask({ range: '10m', end: '2026-11-24T08:00:00Z', draw: 'true' });
    expect(body.window).toEqual({ from: '2026-11-24T07:50:00.000Z', to: '2026-11-24T08:00:00.000Z' });
    const kept = await api.store.snapshots.get(body.snapshot);
    expect(kept?.drawing).toMatchObject({ chart: 'timeseries', facts: ['10m'] });
  });
});

describe('a question that cannot be answered', () => {
  it.each([
    [{ query: 'sum(rate(up[5m])' }, 400, 'query-invalid', 'line 1, column 17'],
    [{ step: '1s' }, 422, 'query-too-large', 'query step'],
    [{ source: 'elsewhere' }, 400, 'query-invalid', 'query query'],
    [{ step: '0s' }, 400, 'request-invalid', 'query step'],
    [{ range: '400d' }, 400, 'request-invalid', 'query range'],
    [{ end: '2026-11-25T00:00:00Z' }, 400, 'request-invalid', 'query end'],
    [{ maxSeries: '201' }, 400, 'request-invalid', 'query maxSeries'],
  ])('%j is refused before it is sent', async (parameters, status, code, where) => {
    answered = () => {
      throw new Error('Nobody is to be asked.');
    };
    const { status: got, body } = await ask(parameters as Record<string, string>);
    expect([got, body.problems[0].code, body.problems[0].where]).toEqual([status, code, where]);
  });

  it('is refused where it is longer than anybody writes', async () => {
    const { status, body } = await ask({ query: 'x'.repeat(5000) });
    expect([status, body.problems[0].code]).toEqual([422, 'query-too-large']);
  });

  it.each([
    ['has too many series', routes(501), 422, 'query-too-large'],
    ['takes too long', () => undefined, 504, 'prometheus-timeout'],
    ['asks for a token', () => ({ status: 401, body: {} }), 502, 'prometheus-refused'],
    ['answers with a login page', () => ({ status: 200, body: 'log in' }), 502, 'prometheus-unreadable'],
    [
      'means nothing to Prometheus',
      () => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error: 'no such function' } }),
      ...([400, 'query-invalid'] as const),
    ],
  ] as const)('%s, which is told with its status', async (_, answer, status, code) => {
    answered = answer;
    const { status: got, body } = await ask({ query: `up{n="${code}${status}"}` });
    expect([got, body.problems[0].code]).toEqual([status, code]);
  });
});

it('holds up nobody else while it takes its time', async () => {
  answered = () => undefined;
  const done: string[] = [];
  const slow = ask({ query: 'slow' }).then(({ status }) => done.push(`slow ${status}`));
  await api.get('/api/v1/services').then(({ status }) => done.push(`quick ${status}`));
  await slow;
  expect(done).toEqual(['quick 200', 'slow 504']);
});
