import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPromql } from '#promql/parse.ts';
import { saturationQueries } from '#promql/saturation.ts';
import { fillIn } from '#promql/signals.ts';

describe('saturation of what serves a service', () => {
  it('is CPU, memory, restarts and throttling in Kubernetes, of named containers only', () => {
    const queries = saturationQueries('kubernetes', { namespace: 'shop', pod: 'checkout-.*' });
    expect(queries.cpu).toBe(
      'sum(rate(container_cpu_usage_seconds_total{namespace=~"shop",pod=~"checkout-.*",container!=""}[$__rate_interval]))',
    );
    expect(Object.keys(queries)).toEqual(['cpu', 'memory', 'restarts', 'throttling']);
  });

  it('is CPU and memory on machines', () => {
    expect(Object.keys(saturationQueries('node', { instance: 'web-.*' }))).toEqual(['cpu', 'memory']);
  });

  it('is PromQL whatever the labels hold', () => {
    fc.assert(
      fc.property(fc.constantFrom('kubernetes' as const, 'node' as const), fc.string(), (preset, value) => {
        for (const query of Object.values(saturationQueries(preset, { pod: value })))
          expect(checkPromql(fillIn(query, { rateInterval: 60_000 })).ok).toBe(true);
      }),
    );
  });
});
