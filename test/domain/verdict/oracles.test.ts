import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chiSquareTest, fisherExact, newcombe, sampleRatioP, wilson } from '#domain/verdict/cohort.ts';
import { conditionalTestTwoSided } from '#domain/verdict/counts.ts';
import { cliffsDelta, hodgesLehmann, mannWhitney } from '#domain/verdict/ranks.ts';

const ROOT = join(import.meta.dirname, '../../../../shared/corpora/timeseries/judge-oracles');
const isHere = existsSync(ROOT);
if (!isHere) process.stderr.write(`skipped: the oracles are not at ${ROOT}\n`);
const read = (name: string) =>
  isHere
    ? JSON.parse(
        readFileSync(join(ROOT, `${name}.open.json`), 'utf8').replaceAll(/: -?(NaN|Infinity)/g, ': null'),
      )
    : [];

type Pair = {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly mannwhitney_two_sided_asymptotic_tie_cc: { readonly U: number; readonly p: number };
  readonly mannwhitney_less: number;
  readonly mannwhitney_greater: number;
  readonly cliffs_delta_a_minus_b: number;
  readonly hodges_lehmann_b_minus_a: number;
};
type Arm = { readonly events: number; readonly n: number };
type Table = {
  readonly name: string;
  readonly a: Arm;
  readonly b: Arm;
  readonly wilson95: readonly (readonly number[])[];
  readonly fisher_two_sided_p: number;
  readonly chi2_p_uncorrected: number | null;
  readonly newcombe95_diff_b_minus_a: readonly number[];
  readonly srm_chi2_p_50_50: number;
};

describe.skipIf(!isHere)('the tests that the judge uses agree with SciPy’s', () => {
  it('in ranks, on every pair of windows', () => {
    const pairs: readonly Pair[] = read('nab_before_after_pairs');
    expect(pairs.length).toBeGreaterThan(100);
    for (const pair of pairs) {
      const { a, b } = pair;
      const found = mannWhitney(a, b);
      const oracle = pair.mannwhitney_two_sided_asymptotic_tie_cc;
      if (oracle?.p === undefined || oracle.p === null || Number.isNaN(oracle.p)) continue;
      expect(found.u).toBeCloseTo(oracle.U, 6);
      expect(Math.abs(found.twoSided - oracle.p)).toBeLessThan(1e-6);
      expect(Math.abs(found.less - pair.mannwhitney_less)).toBeLessThan(1e-6);
      expect(Math.abs(found.greater - pair.mannwhitney_greater)).toBeLessThan(1e-6);
      expect(cliffsDelta(a, b)).toBeCloseTo(pair.cliffs_delta_a_minus_b, 9);
      expect(hodgesLehmann(a, b)).toBeCloseTo(pair.hodges_lehmann_b_minus_a, 6);
    }
  });

  it('in counts', () => {
    type Rates = {
      a: { count: number; exposure: number };
      b: { count: number; exposure: number };
      conditional_binomial_two_sided_p?: number;
    };
    const asCount = ({ count, exposure }: Rates['a']) => ({ bad: count, total: exposure });
    for (const { a, b, conditional_binomial_two_sided_p: p } of read('poisson_rates') as Rates[])
      if (p !== undefined)
        expect(Math.abs(conditionalTestTwoSided(asCount(a), asCount(b)) - p)).toBeLessThan(1e-6);
  });

  it('in cohorts, zero cells too', () => {
    const tables: readonly Table[] = read('cohorts_2x2');
    expect(tables.length).toBeGreaterThan(3);
    for (const { a, b, ...oracle } of tables) {
      const cohorts = { on: { bad: b.events, total: b.n }, off: { bad: a.events, total: a.n } };
      expect(Math.abs(fisherExact(cohorts) - oracle.fisher_two_sided_p), oracle.name).toBeLessThan(1e-6);
      const [low, high] = oracle.wilson95[0] ?? [];
      expect(wilson(cohorts.off)).toMatchObject({
        low: expect.closeTo(low ?? 9, 6),
        high: expect.closeTo(high ?? 9, 6),
      });
      const [from, to] = oracle.newcombe95_diff_b_minus_a;
      expect(newcombe(cohorts)).toMatchObject({
        low: expect.closeTo(from ?? 9, 6),
        high: expect.closeTo(to ?? 9, 6),
      });
      if (oracle.chi2_p_uncorrected !== null)
        expect(Math.abs(chiSquareTest(cohorts) - oracle.chi2_p_uncorrected)).toBeLessThan(1e-6);
      expect(Math.abs(sampleRatioP(cohorts, 0.5) - oracle.srm_chi2_p_50_50)).toBeLessThan(1e-6);
    }
  });
});
