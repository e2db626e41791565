import type { Counter, Histogram } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Meter } from '#app/ports.ts';

/** Bounds of all timings, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Metering = Meter & {
  /** Everything measured, in Prometheus' text format. */
  text(): Promise<string>;
};

/** Bellbuoy's own metrics, collected by OpenTelemetry and read over our own server. */
export function createMetering(): Metering {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bellbuoy');
  const counters = new Map<string, Counter>();
  const timings = new Map<string, Histogram>();
  return {
    count(name, labels = {}, by = 1) {
      const counter = counters.get(name) ?? meter.createCounter(name);
      counters.set(name, counter);
      counter.add(by, labels);
    },
    time(name, length, labels = {}) {
      const timing =
        timings.get(name) ??
        meter.createHistogram(`${name}_seconds`, { advice: { explicitBucketBoundaries: BOUNDS } });
      timings.set(name, timing);
      timing.record(length / 1000, labels);
    },
    gauge(name, read) {
      meter.createObservableGauge(name).addCallback(async (result) => result.observe(await read()));
    },
    gauges(name, read) {
      meter.createObservableGauge(name).addCallback((result) => {
        for (const { value, labels } of read()) result.observe(value, labels);
      });
    },
    async text() {
      const { resourceMetrics } = await reader.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}
