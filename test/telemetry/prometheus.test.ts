import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Meter } from '#app/ports.ts';
import { explain } from '#domain/problem.ts';
import { systemClock } from '#runtime/clock.ts';
import { createPrometheus, type Source } from '#telemetry/prometheus.ts';

const meter: Meter = {
  count: () => undefined,
  time: () => undefined,
  gauge: () => undefined,
  gauges: () => undefined,
};
const VECTOR =
  '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[10,"2.5"]}]}}';
const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

type Asked = { method: string; url: string; headers: IncomingMessage['headers']; form: URLSearchParams };

/** A server that answers as the test says, and a client that asks it. */
async function clientOf(
  answer: (asked: Asked, response: ServerResponse, turn: number) => void,
  more: Partial<Source> = {},
) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    };
    asked.push(one);
    answer(one, response, asked.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const source: Source = {
    ...{
      name: 'main',
      url: `http://127.0.0.1:${port}/prom`,
      headers: {},
      timeout: 800,
      maxConcurrent: 3,
      scrapeInterval: 15_000,
    },
    ...more,
  };
  const client = createPrometheus(source, { clock: systemClock, meter });
  toClose.push(async () => {
    server.closeAllConnections();
    server.close();
    await client.close();
  });
  return { client, asked };
}

const well = (_: Asked, response: ServerResponse) => response.end(VECTOR);
const json = (status: number, body: string) => (_: Asked, response: ServerResponse) =>
  response.writeHead(status).end(body);

describe('a question to Prometheus', () => {
  it('is posted as a form below the path of its url, with tenant and authorization', async () => {
    const { client, asked } = await clientOf(well, {
      headers: { 'X-Scope-OrgID': 'prod', authorization: 'Bearer s3cret' },
    });
    expect(await client.instant('up', 10_000)).toMatchObject({
      ok: true,
      value: { series: [{ labels: { a: 'b' }, samples: [{ at: 10_000, value: 2.5 }] }] },
    });
    expect(asked[0]).toMatchObject({
      method: 'POST',
      url: '/prom/api/v1/query',
      headers: { 'x-scope-orgid': 'prod', authorization: 'Bearer s3cret' },
    });
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({ query: 'up', time: '10' });
  });

  it('is asked once while the same one is under way, and again afterwards', async () => {
    const { client, asked } = await clientOf((_, response) => setTimeout(() => response.end(VECTOR), 100));
    await Promise.all([client.instant('up', 1), client.instant('up', 1), client.instant('up', 2)]);
    expect(asked).toHaveLength(2);
    await client.instant('up', 1);
    expect(asked).toHaveLength(3);
  });

  it('waits its turn: never more under way than allowed', async () => {
    let running = 0;
    let most = 0;
    const { client } = await clientOf((_, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        response.end(VECTOR);
      }, 30);
    });
    await Promise.all(Array.from({ length: 12 }, (_, i) => client.instant(`up + ${i}`, 1)));
    expect(most).toBe(3);
  });

  it('is tried again after a server error, but not after a refusal', async () => {
    const flaky = await clientOf(
      (_, response, turn) => (turn < 3 ? response.writeHead(502).end('bad gateway') : response.end(VECTOR)),
      { timeout: 5000 },
    );
    expect((await flaky.client.instant('up', 1)).ok).toBe(true);
    expect(flaky.asked).toHaveLength(3);
    for (const status of [400, 401, 403, 422, 429]) {
      const refused = await clientOf(json(status, '{"status":"error","errorType":"bad_data","error":"no"}'));
      expect((await refused.client.instant('up', 1)).ok).toBe(false);
      expect(refused.asked, String(status)).toHaveLength(1);
    }
  });

  it('passes on what the source warns of, and that an answer is partial', async () => {
    const { client } = await clientOf(
      json(200, VECTOR.replace('"data"', '"warnings":["store-2 is away"],"data"')),
    );
    expect(await client.instant('up', 1)).toMatchObject({
      ok: true,
      value: { partial: true, warnings: ['store-2 is away'] },
    });
  });

  it('reads numbers that are none, and the count of native histograms', async () => {
    const body =
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"NaN"],[2,"+Inf"],[3,"-Inf"],[4,"1e3"]]},{"metric":{"h":"1"},"histograms":[[5,{"count":"7","sum":"9.5","buckets":[[0,"1","2","7"]]}]]}]}}';
    const { client } = await clientOf(json(200, body));
    const answer = await client.range('x', { from: 1000, to: 5000 }, 1000);
    expect(answer.ok && answer.value.series.map(({ samples }) => samples)).toEqual([
      [
        { at: 2000, value: Number.POSITIVE_INFINITY },
        { at: 3000, value: Number.NEGATIVE_INFINITY },
        { at: 4000, value: 1000 },
      ],
      [{ at: 5000, value: 7 }],
    ]);
    expect(answer.ok && answer.value.warnings.join()).toContain('native histograms');
  });
});

describe('a Prometheus in trouble', () => {
  it.each<[string, (asked: Asked, response: ServerResponse) => unknown, string]>([
    ['does not answer', () => undefined, 'prometheus-timeout'],
    ['stops in the middle of an answer', (_, response) => response.write('{"status":'), 'prometheus-timeout'],
    ['closes the connection', (_, response) => response.socket?.destroy(), 'prometheus-unreachable'],
    ['answers with a page', json(200, '<!doctype html>'), 'prometheus-unreadable'],
    ['answers with half of a JSON', json(200, VECTOR.slice(0, 40)), 'prometheus-unreadable'],
    [
      'answers compressed though nobody asked',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(VECTOR)),
      'prometheus-unreadable',
    ],
    [
      'redirects to a login',
      (_, response) => response.writeHead(302, { location: 'https://login.example' }).end(),
      'prometheus-unreadable',
    ],
    ['always fails', json(500, 'oops'), 'prometheus-failed'],
    ['is overloaded behind a proxy', json(503, 'Service Unavailable'), 'prometheus-failed'],
    [
      'gave up a long query',
      json(503, '{"status":"error","errorType":"timeout","error":"query timed out"}'),
      'prometheus-timeout',
    ],
    ['wants another token', json(401, 'who are you'), 'prometheus-refused'],
    [
      'does not take the query',
      json(400, '{"status":"error","errorType":"bad_data","error":"parse error"}'),
      'query-invalid',
    ],
  ])('that %s is a named problem, never an exception, and tells no secret', async (_, answer, code) => {
    const { client } = await clientOf(answer, { headers: { authorization: 'Bearer s3cret' }, timeout: 1500 });
    const outcome = await client.instant('up', 1);
    expect(outcome).toMatchObject({ ok: false, problem: { code, where: 'main' } });
    expect(outcome.ok ? '' : explain(outcome.problem)).not.toContain('s3cret');
  });

  it('that is not there is one too', async () => {
    const source: Source = {
      name: 'gone',
      url: 'http://127.0.0.1:9',
      headers: {},
      timeout: 2000,
      maxConcurrent: 2,
      scrapeInterval: 1,
    };
    const client = createPrometheus(source, { clock: systemClock, meter });
    toClose.push(() => client.close());
    expect(await client.instant('up', 1)).toMatchObject({
      ok: false,
      problem: { code: 'prometheus-unreachable' },
    });
  });
});
