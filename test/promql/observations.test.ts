import { describe, expect, it } from 'vitest';
import { PRESETS, presetOf } from '#config/presets.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { bucketsQuery, gaugeQuery, nativeQuery, requestsQuery } from '#promql/observations.ts';
import { checkPromql } from '#promql/parse.ts';
import { groupsFor } from '#telemetry/cohort-groups.ts';
import { serviceWith } from '../telemetry/exposition.ts';
import { flagWith } from '../telemetry/observed-cohorts.ts';

const parses = (promql: string) => expect(checkPromql(promql)).toMatchObject({ ok: true });

describe('what a service is observed by', () => {
  it.each(Object.keys(PRESETS))('is PromQL under the convention %s, in steps of any length', (name) => {
    for (const step of [1000, 15_000, MINUTE, 7 * MINUTE, 2 * HOUR])
      for (const histograms of ['classic', 'native'] as const) {
        const preset = presetOf(name, histograms);
        if (preset === undefined) throw new Error(`${name} is no preset`);
        const service = { ...serviceWith('a"\\b', {}), preset };
        parses(requestsQuery(service, step));
        parses(bucketsQuery(service, undefined, step));
        parses(bucketsQuery(service, [0.005, 1e-7, 2500], step));
        parses(nativeQuery(service, [0.005, 1e-7, 2500], { step, window: 2 * step }));
      }
  });

  it('is averaged over the step where its PromQL has no window of the step', () => {
    const lengths = { step: MINUTE, window: MINUTE, scrape: 15_000 };
    expect(gaugeQuery('up # all', lengths)).toBe('avg_over_time(sum(\nup # all\n)[59s999ms:15s])');
    expect(gaugeQuery('rate(a[$__rate_interval])', lengths)).toBe('sum(\nrate(a[1m])\n)');
    expect(gaugeQuery('up', { ...lengths, scrape: MINUTE })).toBe('sum(\nup\n)');
    parses(gaugeQuery('up # all', lengths));
  });

  it('is PromQL by the cohorts of a flag too, whatever its values and those of its strata are', () => {
    const flag = flagWith({ on: 'a"b\\c\n|.*', off: '', strata: ['http_route', 'method'] });
    const kinds = [
      ['/a{b}"\\', 'GET'],
      ['', 'POST'],
    ];
    for (const name of Object.keys(PRESETS))
      for (const histograms of ['classic', 'native'] as const) {
        const preset = presetOf(name, histograms);
        if (preset === undefined) throw new Error(`${name} is no preset`);
        const service = { ...serviceWith('a"\\b', {}), preset };
        for (const groups of [groupsFor(flag), groupsFor(flag, kinds)]) {
          parses(requestsQuery(service, MINUTE, groups));
          parses(bucketsQuery(service, undefined, MINUTE, groups));
          parses(nativeQuery(service, [0.1, 2], { step: MINUTE, window: 2 * MINUTE }, groups));
        }
      }
  });
});
