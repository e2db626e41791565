import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fisherExact, newcombe, wilson } from '#domain/verdict/cohort.ts';
import { conditionalTest } from '#domain/verdict/counts.ts';
import { mannWhitney } from '#domain/verdict/ranks.ts';

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
};
type Arm = { readonly events: number; readonly n: number };
type Table = {
  readonly name: string;
  readonly a: Arm;
  readonly b: Arm;
  readonly wilson95: readonly (readonly number[])[];
  readonly fisher_two_sided_p: number;
  readonly newcombe95_diff_b_minus_a: readonly number[];
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
    }
  });

  it('in counts', () => {
    type Rates = {
      a: { count: number; exposure: number };
      b: { count: number; exposure: number };
      conditional_binomial_two_sided_p?: number;
    };
    const asCount = ({ count, exposure }: Rates['a']) => ({ bad: count, total: exposure });
    let compared = 0;
    for (const { a, b, conditional_binomial_two_sided_p: p } of read('poisson_rates') as Rates[]) {
      if (p === undefined) continue;
      // Ours has one side. With equal exposures the other is its mirror; else none of the other side is as unlikely here.
      const oneSided = a.exposure === b.exposure ? p / 2 : p;
      expect(conditionalTest(asCount(a), asCount(b)) / oneSided).toBeCloseTo(1, 6);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0);
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
    }
  });
});
