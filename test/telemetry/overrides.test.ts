import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '#app/ports.ts';
import { presetOf } from '#config/presets.ts';
import type { Service } from '#domain/service.ts';
import { exposition, serviceWith } from './exposition.ts';
import { type AskedPrometheus, askPrometheusWith } from './real-prometheus.ts';

const MINUTE = 60_000;
const END = Date.UTC(2026, 10, 24, 12);
const NOW = { from: END - 5 * MINUTE, to: END };
const preset = presetOf('otel-http', 'classic');
const requests = 'http_server_request_duration_seconds';
let asked: AskedPrometheus;
let metrics: Metrics;

beforeAll(async () => {
  const perSecond = (rate: number) => (n: number) => rate * n * 15;
  asked = await askPrometheusWith(
    exposition(
      [
        ...['a', 'b', 'c'].flatMap((name) => [
          {
            metric: `${requests}_count`,
            labels: { service_name: name, http_response_status_code: '200' },
            value: perSecond(4),
          },
          ...['0.1', '0.3', '+Inf'].map((le) => ({
            metric: `${requests}_bucket`,
            labels: { service_name: name, le },
            value: perSecond(le === '0.1' ? 0 : 4),
          })),
        ]),
        { metric: 'own', labels: { of: 'a' }, value: () => 7 },
      ],
      END,
    ),
  );
  metrics = asked.metrics;
}, 60_000);
afterAll(() => asked.close());

const http = (name: string, overrides: Service['overrides'] = {}, more: Partial<Service> = {}) =>
  serviceWith(name, { ...(preset === undefined ? {} : { preset }), overrides, ...more });
const read = async (services: readonly Service[], name: string) =>
  (await metrics.readings(services, ['rate', 'errorRatio', 'p50', 'p99'], NOW)).get(name);

describe('a measure with PromQL of its own', () => {
  it('stands in for that measure only: the other quantile still comes from the convention', async () => {
    const own = [http('a', { p99: 'own{of="a"}' }), http('b', { p50: 'own{of="a"}' })];
    expect((await read(own, 'a'))?.values).toMatchObject({ rate: 4, p50: 0.2, p99: 7 });
    expect((await read(own, 'b'))?.values.p50).toBe(7);
    expect((await read(own, 'b'))?.values.p99).toBeCloseTo(0.298, 6);
  });

  it('may end with a comment', async () => {
    expect((await read([http('a', { rate: 'own # as the billing team counts' })], 'a'))?.values.rate).toBe(7);
  });

  it('may fail without taking anything from the others', async () => {
    const services = [http('a', { rate: 'rate(own)' }), http('b', { rate: 'own' }), http('c')];
    expect(await read(services, 'a')).toMatchObject({
      values: { errorRatio: 0 },
      problems: [{ code: 'query-invalid', where: 'default' }],
    });
    expect(await read(services, 'b')).toMatchObject({ values: { rate: 7 }, problems: [] });
    expect(await read(services, 'c')).toMatchObject({ values: { rate: 4 }, problems: [] });
  });

  it('needs no convention', async () => {
    const bare = serviceWith('batch', { overrides: { rate: 'own' } });
    expect((await read([bare, http('a')], 'batch'))?.values).toEqual({ rate: 7 });
  });

  it('takes no question more than its group has', async () => {
    asked.counted.reset();
    const own = { rate: 'own', errorRatio: 'own', p50: 'own', p99: 'own' };
    await read([http('a', own), http('b', { p99: 'own' }), http('c')], 'a');
    expect(asked.counted.queries()).toHaveLength(3);
  });
});

describe('two services that the same labels select', () => {
  it('are both told', async () => {
    const services = [http('a'), http('also-a', {}, { labels: { service_name: 'a' } })];
    expect((await read(services, 'a'))?.values.rate).toBe(4);
    expect((await read(services, 'also-a'))?.values.rate).toBe(4);
  });
});
