import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sli } from '#domain/budget/slo.ts';
import { errorRatio, sliceLoss } from '#generate/ratios.ts';
import { hasPrometheus } from '../telemetry/real-prometheus.ts';
import { scrapeNative } from './native-histogram.ts';

describe.skipIf(!hasPrometheus())('rules of a latency that is a native histogram', () => {
  let scraped: Awaited<ReturnType<typeof scrapeNative>>;
  beforeAll(async () => {
    // Nine of ten within a quarter of a second, the tenth in two to four.
    const made = (scrape: number) =>
      new Map([
        [-2, 90 * scrape],
        [2, 10 * scrape],
      ] as const);
    scraped = await scrapeNative('d_seconds', made);
  }, 60_000);
  afterAll(() => scraped?.close());

  const sli: Sli = { kind: 'latency', histogram: 'd_seconds', threshold: 1000 };
  const readValue = async (promql: string) => {
    for (let tries = 0; ; tries += 1) {
      const answer = await scraped.client.instant(promql, Date.now());
      if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
      const value = answer.value.series[0]?.samples[0]?.value;
      if (value !== undefined || tries > 50) return value;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  it('have the share above the threshold', async () => {
    expect(await readValue(errorRatio(sli, 10_000))).toBeCloseTo(0.1, 6);
  }, 60_000);

  it('lose slices by it', async () => {
    const slices = (target: number) => sliceLoss(sli, { kind: 'timeslices', slice: 10_000, target });
    expect(await readValue(slices(0.95))).toBe(1);
    expect(await readValue(slices(0.85))).toBe(0);
    expect(await readValue(sliceLoss(sli, { kind: 'downtime', slice: 10_000 }))).toBeCloseTo(0.1, 6);
  }, 60_000);
});
