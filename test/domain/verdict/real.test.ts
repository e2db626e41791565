import { describe, expect, it } from 'vitest';
import { createGaugeJudge } from '#domain/verdict/gauge.ts';
import { annotatedOnsets } from './onsets.ts';
import { isRealHere, ordinaryOf, readReal, realNames, realRules } from './real.ts';

const isHere = isRealHere();

/** Moments of each series: a small part of what `npm run bench -- verdict` judges. */
const MOMENTS = 24;

type Tally = { moments: number; called: number; onset: number };

/** Watches of every series had what came after been `times` as much from the moment on. */
function judgedBy(times: number): Readonly<Record<string, Tally>> {
  return Object.fromEntries(
    SERIES.map(({ series, rules, judge, moments }) => {
      const tally: Tally = { moments: moments.length, called: 0, onset: 0 };
      for (const moment of moments) {
        const after = series.values.slice(moment, moment + rules.after).map((value) => value * times);
        const found = judge.judge(moment, after);
        if (found.verdict !== 'degraded') continue;
        tally.called += 1;
        const begun = series.times[moment] ?? 0;
        if (Math.abs((found.onset?.at ?? 0) - begun) <= 2.01 * series.step) tally.onset += 1;
      }
      return [series.name, tally];
    }),
  );
}

const SERIES = (isHere ? realNames() : []).map((name) => {
  const series = readReal(name);
  const rules = realRules(series);
  return { series, rules, judge: createGaugeJudge(series, rules), moments: ordinaryOf(series, 30, MOMENTS) };
});

function pooled(tallies: Readonly<Record<string, Tally>>, of: 'called' | 'onset'): number {
  const all = Object.values(tallies);
  return all.reduce((sum, one) => sum + one[of], 0) / all.reduce((sum, { moments }) => sum + moments, 0);
}

describe.skipIf(!isHere)('real series, a small part of the bench', () => {
  it('hardly ever have an ordinary moment called worse', () => {
    const found = judgedBy(1);
    // 1 % of some 500, and three standard errors.
    expect(pooled(found, 'called')).toBeLessThan(0.024);
    for (const [name, { called }] of Object.entries(found)) expect(called, name).toBeLessThanOrEqual(3);
  });

  it.each([
    [1.5, 0.44],
    [2, 0.57],
    [3, 0.68],
  ])('have a shift by %d found', (times, least) => {
    const found = judgedBy(times);
    // Two standard errors of some 500 moments below what the bench has to reach.
    expect(pooled(found, 'called')).toBeGreaterThan(least - 0.044);
    expect(pooled(found, 'onset') / pooled(found, 'called')).toBeGreaterThan(0.8);
  });

  it('have what began five steps before hardly ever called the moment’s own', () => {
    let [tried, called] = [0, 0];
    for (const { series, rules, moments } of SERIES)
      for (const moment of [moments[8], moments[16]]) {
        if (moment === undefined) continue;
        const values = series.values
          .slice(0, moment + rules.after)
          .map((value, i) => (i >= moment - 5 ? value * 2 : value));
        tried += 1;
        if (createGaugeJudge({ ...series, values }, rules).judge(moment).verdict === 'degraded') called += 1;
      }
    expect(tried).toBeGreaterThan(40);
    expect(called).toBeLessThanOrEqual(2);
  });

  it('have the onset of what people annotated within two steps', () => {
    const { found, near } = annotatedOnsets();
    expect(found).toBeGreaterThan(4);
    expect(near / found).toBeGreaterThanOrEqual(0.8);
  });
});
