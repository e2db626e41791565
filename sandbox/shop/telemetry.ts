import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BOUNDS, type ShopService } from './services.ts';

export type Telemetry = {
  /** One request handled, as OpenTelemetry's HTTP semantic conventions have it; `seconds` is its duration. */
  handled(request: {
    route: string;
    method: string;
    status: number;
    seconds: number;
    flags: Record<string, string>;
  }): void;
  /** Everything measured so far, in Prometheus' text format. */
  text(): Promise<string>;
};

/** The instruments of one running version of a service. A new version starts from zero, as a new process would. */
export function instrument(service: ShopService, version: string, poolUsed: () => number): Telemetry {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer();
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': service.name,
      'service.version': version,
      'deployment.environment.name': 'production',
    }),
    readers: [reader],
  });
  const meter = provider.getMeter('shop');
  // The Collector adds the unit to the name, this exporter does not: production's name is what is wanted.
  const duration = meter.createHistogram('http.server.request.duration.seconds', {
    description: 'Duration of HTTP server requests.',
    advice: { explicitBucketBoundaries: [...BOUNDS] },
  });
  if (service.pool !== undefined) {
    const size = service.pool;
    meter
      .createObservableGauge('db.client.connection.count')
      .addCallback((result) =>
        result.observe(Math.min(poolUsed(), size), { 'db.client.connection.state': 'used' }),
      );
    meter.createObservableGauge('db.client.connection.max').addCallback((result) => result.observe(size));
  }
  return {
    handled({ route, method, status, seconds, flags }) {
      duration.record(seconds, {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        ...flags,
      });
    },
    async text() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}
