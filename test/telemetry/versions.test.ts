import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetOf } from '#config/presets.ts';
import type { Service } from '#domain/service.ts';
import { exposition, serviceWith, type Told } from './exposition.ts';
import { type AskedPrometheus, askPrometheusWith } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 24, 12);
let asked: AskedPrometheus;

/** One running instance, as Prometheus writes down what came by OTLP: the name on each series, the version on `target_info` only. */
function instance(name: string, instance: string, versions: readonly string[]): readonly Told[] {
  const where = { job: `shop/${name}`, instance };
  return [
    {
      metric: 'http_server_request_duration_seconds_count',
      labels: { service_name: name, ...where },
      value: (n) => n,
    },
    ...versions.map((version) => ({
      metric: 'target_info',
      labels: { ...where, service_version: version },
      value: () => 1,
    })),
  ];
}

beforeAll(async () => {
  asked = await askPrometheusWith(
    exposition(
      [
        ...instance('checkout', 'pod-1', ['v1.4.1']),
        ...instance('checkout', 'pod-2', ['v1.4.2']),
        ...instance('ledger', 'pod-3', ['v2.0.0', 'v2.0.1']),
        ...instance('quiet', 'pod-4', []),
        {
          metric: 'target_info',
          labels: { service_name: 'search', service_version: 'v9', job: 'x', instance: 'y' },
          value: () => 1,
        },
        {
          metric: 'grpc_server_handled_total',
          labels: { service_name: 'stock', version: 'v3' },
          value: (n) => n,
        },
      ],
      END,
    ),
  );
}, 60_000);
afterAll(() => asked.close());

const service = (name: string, convention: string, overrides: Service['overrides'] = {}) => {
  const preset = presetOf(convention, 'classic');
  return serviceWith(name, { ...(preset === undefined ? {} : { preset }), overrides });
};

describe('the running versions', () => {
  it('are found through the instances where target_info does not name the service', async () => {
    const found = await asked.metrics.versions(
      ['checkout', 'ledger', 'quiet', 'search'].map((name) => service(name, 'otel-http')),
      END,
    );
    expect([...found].toSorted()).toEqual([
      ['checkout', ['v1.4.1', 'v1.4.2']],
      // Two at one instance: it was replaced a moment ago.
      ['ledger', ['v2.0.0', 'v2.0.1']],
      ['search', ['v9']],
    ]);
  });

  it('are read from the series where the convention has them there, whatever the rate comes from', async () => {
    const found = await asked.metrics.versions([service('stock', 'grpc', { rate: 'vector(1)' })], END);
    expect(found.get('stock')).toEqual(['v3']);
  });
});
