import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGaugeJudge } from '#domain/verdict/gauge.ts';
import type { GaugeRules } from '#domain/verdict/gauge-moment.ts';
import { changePointOf } from '#domain/verdict/onset.ts';
import { exactGreater, mannWhitney } from '#domain/verdict/ranks.ts';
import { seasonOf } from '#domain/verdict/season.ts';
import { FALSE_ALARMS } from '#domain/verdict/spending.ts';
import { seeded } from '../../telemetry/counters.ts';
import { NOW, STEP, timesOf } from './made.ts';

const RULES: GaugeRules = {
  ...{ before: 30, after: 15, history: 2016, worse: 'higher', floor: 0.1, alpha: FALSE_ALARMS },
};
const COUNT = 2200;
const MOMENT = COUNT - 15;

/** Values around 100 with a rhythm of an hour and noise. */
function made(seed: number, change: (value: number, i: number) => number = (value) => value): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: COUNT }, (_, i) =>
    change(100 + 10 * Math.sin((2 * Math.PI * i) / 60) + 8 * (random() + random() - 1), i),
  );
}
const judged = (values: Float64Array, rules: Partial<GaugeRules> = {}, moment = MOMENT) =>
  createGaugeJudge({ times: timesOf(values.length), step: STEP, values }, { ...RULES, ...rules }).judge(
    moment,
  );
const since = (moment: number, times: number) => (value: number, i: number) =>
  i >= moment ? value * times : value;

describe('a gauge', () => {
  it('that is half as high again is degraded, with evidence', () => {
    const found = judged(made(1, since(MOMENT, 1.5)));
    expect(found.verdict).toBe('degraded');
    expect(found.effect?.relative).toBeGreaterThan(0.3);
    expect(found.significance?.p).toBeLessThan(0.01);
    expect(found.placebo?.rank).toBe(0);
    expect(found.placebo?.effective).toBeLessThan(found.placebo?.n ?? 0);
    expect(Math.abs((found.onset?.at ?? 0) - (NOW - 15 * STEP))).toBeLessThanOrEqual(2 * STEP);
  });

  it('that is five times as high is degraded before the watch ends', () => {
    const found = judged(made(2, since(MOMENT, 5)));
    expect(found.decidedAt).toBe(NOW - 12 * STEP);
  });

  it('that goes on as it was is not', () => {
    for (let seed = 1; seed <= 30; seed += 1) expect(judged(made(seed)).verdict).not.toBe('degraded');
  });

  it('that falls is improved where higher is worse, degraded where lower is, and where either is', () => {
    const values = made(3, since(MOMENT, 0.4));
    expect(judged(values).verdict).toBe('improved');
    expect(judged(values, { worse: 'lower' }).verdict).toBe('degraded');
    expect(judged(values, { worse: 'either' }).verdict).toBe('degraded');
  });

  it('that changed five steps before is not this change’s doing', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const found = judged(made(seed, since(MOMENT - 5, 2)));
      expect(found.verdict, String(seed)).not.toBe('degraded');
    }
  });

  it('that rises each morning is not taken for one that began to change before', () => {
    const step = 5 * STEP;
    const perDay = 288;
    const count = perDay * 7 + 120;
    const random = seeded(12);
    const morning = perDay * 7 + 90;
    const rising = Float64Array.from(
      { length: count },
      (_, i) => (i % perDay >= 90 ? 100 : 40) * (1 + 0.05 * (random() - 0.5)),
    );
    const times = Float64Array.from(rising, (_, i) => NOW - (count - i) * step);
    const judge = createGaugeJudge({ times, step, values: rising }, RULES);
    const after = rising.slice(morning + 6, morning + 21);
    expect(judge.judge(morning + 6, after).verdict).not.toBe('degraded');
    const found = judge.judge(
      morning + 6,
      after.map((value) => value * 2),
    );
    expect(found.verdict).toBe('degraded');
    expect(found.onset?.at).toBe(times[morning + 6]);
  });

  it('that never moves is steady', () => {
    expect(judged(new Float64Array(COUNT).fill(7)).verdict).toBe('steady');
  });

  it('with gaps, infinities and too little to see says so', () => {
    const holes = made(4, since(MOMENT, 3));
    holes.fill(Number.NaN, MOMENT - 8, MOMENT - 4);
    holes[MOMENT + 3] = Number.POSITIVE_INFINITY;
    expect(judged(holes).verdict).toBe('degraded');
    holes.fill(Number.NaN, MOMENT - 30, MOMENT - 10);
    expect(judged(holes)).toMatchObject({
      verdict: 'inconclusive',
      reasons: [expect.stringMatching(/were measured/)],
    });
  });

  it('without history is judged by stricter limits, and that is said', () => {
    const values = made(5).slice(0, 45);
    expect(judged(values.map(since(30, 3)), {}, 30)).toMatchObject({
      verdict: 'degraded',
      reasons: [expect.stringMatching(/too little history/)],
    });
    expect(judged(values.map(since(30, 1.3)), {}, 30).verdict).not.toBe('degraded');
  });

  it('does not take incidents and deploys of the past for ordinary moments', () => {
    const values = made(6, (value, i) => (i % 100 < 20 || i >= MOMENT ? value * 3 : value));
    const excluded = Uint8Array.from(values, (_, i) => (i % 100 < 20 && i < MOMENT - 60 ? 1 : 0));
    expect(judged(values).verdict).not.toBe('degraded');
    expect(judged(values, { excluded }).verdict).toBe('degraded');
  });
});

describe('the score of a watch', () => {
  const values = made(7);
  const { judge, scorer } = createGaugeJudge({ times: timesOf(COUNT), step: STEP, values }, RULES);
  const score = scorer(MOMENT);
  const grownBy = (times: number) => values.slice(MOMENT).map((value) => value * times);

  it('is at least 0 where the watch calls it degraded, and grows with the harm', () => {
    expect(judge(MOMENT, grownBy(1.5)).verdict).toBe('degraded');
    expect(score(MOMENT, grownBy(1.5))).toBeGreaterThanOrEqual(0);
    expect(score(MOMENT, grownBy(3))).toBeGreaterThan(score(MOMENT, grownBy(1.5)));
    expect(judge(MOMENT).verdict).not.toBe('degraded');
    expect(score(MOMENT)).toBeLessThan(0);
  });

  it('passes at hardly any ordinary moment, and at fewer where less may be spent', () => {
    const share = (of: (at: number) => number) => {
      let passed = 0;
      for (let at = 1600; at < MOMENT; at += 1) if (of(at) >= 0) passed += 1;
      return passed / (MOMENT - 1600);
    };
    const frugal = createGaugeJudge(
      { times: timesOf(COUNT), step: STEP, values },
      { ...RULES, alpha: 0.001 },
    );
    expect(share(score)).toBeLessThan(0.02);
    expect(share(frugal.scorer(MOMENT))).toBeLessThanOrEqual(share(score));
    expect(frugal.scorer(MOMENT)(MOMENT, grownBy(1.5))).toBeLessThan(score(MOMENT, grownBy(1.5)));
  });

  it('tells nothing without history', () => {
    expect(scorer(60)(60)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('the pieces', () => {
  it('find a change point wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 1, max: 1000 }), (at, seed) => {
        const random = seeded(seed);
        const found = changePointOf(
          Float64Array.from({ length: 45 }, (_, i) => random() + (i >= at ? 3 : 0)),
        );
        expect(found?.index).toBe(at);
      }),
      { numRuns: 100 },
    );
  });

  it('know the course of a day by time stamps, whatever is missing', () => {
    const step = 10 * STEP;
    const all = Array.from({ length: 144 * 4 }, (_, i) => ({ at: i * step, value: i % 144 }));
    const kept = all.filter((_, i) => i < 200 || i > 260);
    const season = seasonOf(
      {
        times: kept.map(({ at }) => at),
        step,
        values: Float64Array.from(kept, ({ value }) => value),
      },
      15,
    );
    for (let i = kept.length - 100; i < kept.length - 10; i += 1)
      if ((kept[i]?.value ?? 0) > 3 && (kept[i]?.value ?? 0) < 140) expect(season[i]).toBe(kept[i]?.value);
  });

  it('count every way to deal few ranks out', () => {
    expect(exactGreater([1, 4, 2, 3, 1], [0, 0, 0, 0, 0])).toBeCloseTo(1 / 252, 12);
    expect(exactGreater([100, 101, 102], [1, 2, 3])).toBeCloseTo(1 / 20, 12);
    expect(exactGreater([...Array(7).fill(100), 1, 1, 1], Array(10).fill(1))).toBeCloseTo(120 / 77_520, 12);
    expect(exactGreater([1, 1], [1, 1])).toBe(1);
  });

  it('rank tests mirror each other', () => {
    const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back] = [mannWhitney(a, b), mannWhitney(b, a)];
        expect(there.twoSided).toBeCloseTo(back.twoSided, 9);
        expect(there.less).toBeCloseTo(back.greater, 9);
        expect(there.u + back.u).toBe(a.length * b.length);
      }),
    );
  });
});
