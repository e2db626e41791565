import { describe, expect, it } from 'vitest';
import { presetOf } from '#config/presets.ts';
import { NATIVE_BOUNDS } from '#promql/observations.ts';
import { systemClock } from '#runtime/clock.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { type NativeSeries, scrapeNative } from '../generate/native-histogram.ts';
import { serviceWith } from './exposition.ts';
import { flagWith, stratumOf } from './observed-cohorts.ts';
import { hasPrometheus } from './real-prometheus.ts';

/** Routes of which the last ones are told together. */
const ROUTES = 22;

describe.skipIf(!hasPrometheus())('cohorts in native histograms', () => {
  it('are counted and timed by route, and those of the rest together', async () => {
    // With the flag a tenth takes two to four seconds, without it nothing; the first route has most requests.
    const scraped = await scrapeNative('http_request_duration_seconds', (scrape) =>
      Array.from({ length: ROUTES }, (_, n): readonly NativeSeries[] => {
        const times = n === 0 ? 100 : 10 * (ROUTES - n > 2 ? 2 : 1);
        const of = (value: string, code: string, fast: number, slow: number): NativeSeries => ({
          labels: { new_checkout: value, http_route: `/${n}`, code },
          counts: new Map([
            [-2, fast * times * scrape],
            [2, slow * times * scrape],
          ] as const),
        });
        return [of('true', '200', 7, 1), of('true', '500', 2, 0), of('false', '200', 20, 0)];
      }).flat(),
    );
    try {
      const source = { name: 'default', url: '', headers: {}, timeout: 5000, maxConcurrent: 2 };
      const asked = [{ source: { ...source, scrapeInterval: 1000 }, client: scraped.client }];
      const preset = presetOf('prometheus-http', 'native');
      if (preset === undefined) throw new Error('there is no such preset');
      const service = serviceWith('native', { preset, labels: { job: 'native' } });
      const look = async () => {
        const range = { from: Date.now() - 10_000, to: Date.now() - 1500 };
        const seen = await createCohortObserver(asked, { clock: systemClock }).observe(
          service,
          flagWith({ strata: ['http_route'] }),
          range,
          2000,
        );
        const total = seen.strata[0]?.on.requests?.total;
        return { seen, known: [...seen.times.keys()].filter((i) => (total?.[i] ?? 0) > 0) };
      };
      let { seen, known } = await look();
      for (let tries = 0; known.length < 3 && tries < 40; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        ({ seen, known } = await look());
      }
      expect(seen.problems).toEqual([]);
      expect(known.length).toBeGreaterThanOrEqual(3);
      expect(seen.strata.map(({ name }) => name).slice(-1)).toEqual(['other routes']);
      expect(seen.strata).toHaveLength(21);
      for (const [name, times] of [
        ['/0', 100],
        ['other routes', 20],
      ] as const) {
        const { on, off } = stratumOf(seen, name);
        expect(on.durations?.bounds).toEqual(NATIVE_BOUNDS);
        for (const i of known) {
          const total = on.requests?.total[i] ?? 0;
          // Two scrapes in each step; a late one may fall into the next.
          expect([1, 2, 3].map((scrapes) => scrapes * 10 * times)).toContain(total);
          expect(on.requests?.bad[i]).toBe(total / 5);
          expect(on.durations?.total[i]).toBe(total);
          const slowerThan = (cohort: typeof on, bound: number) =>
            cohort.durations?.slower[NATIVE_BOUNDS.indexOf(bound)]?.[i];
          expect([slowerThan(on, 1), slowerThan(on, 5)]).toEqual([total / 10, 0]);
          expect(off.requests?.total[i]).toBe(2 * total);
          expect(slowerThan(off, 1)).toBe(0);
        }
      }
    } finally {
      await scraped.close();
    }
  }, 60_000);
});
