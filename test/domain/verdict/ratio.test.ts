import { describe, expect, it } from 'vitest';
import { createRatioJudge } from '#domain/verdict/ratio.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { countsOf, NOW, STEP, type Traffic } from './made.ts';
import { SIMULATED_RULES, watched } from './simulated.ts';

const RULES = SIMULATED_RULES;
const HISTORY = 2880;
const WATCHES = 250;

/** Shares of verdicts over made watches; each has its own 15 minutes after. */
function shares(traffic: Traffic, times: number): Readonly<Record<Verdict, number>> {
  const { verdicts } = watched(traffic, times, { watches: WATCHES, history: HISTORY, seed: 11 });
  const { degraded, improved, steady, inconclusive } = verdicts;
  return {
    degraded: degraded / WATCHES,
    improved: improved / WATCHES,
    steady: steady / WATCHES,
    inconclusive: inconclusive / WATCHES,
  };
}

describe('a deploy that does no harm', () => {
  it.each([1, 1.5, 2])(
    'is hardly ever called degraded, at any traffic, with a dispersion of %d',
    (dispersion) => {
      let degraded = 0;
      const cells = [
        { perSecond: 1, bad: 0.001 },
        { perSecond: 10, bad: 0.001 },
        { perSecond: 10, bad: 0.05 },
        { perSecond: 100, bad: 0.0001 },
      ];
      for (const cell of cells) degraded += shares({ ...cell, dispersion }, 1).degraded / cells.length;
      // 1 % of 960, and three standard errors.
      expect(degraded).toBeLessThan(0.02);
    },
  );

  it('is shown to be steady where there is traffic enough', () => {
    expect(shares({ perSecond: 100, bad: 0.001, dispersion: 1 }, 1).steady).toBeGreaterThan(0.9);
  });
});

describe('a deploy that makes errors more', () => {
  it.each([
    [1, 0.7],
    [1.5, 0.5],
    [2, 0.35],
  ])('threefold at 10 requests a second is found, dispersion %d', (dispersion, share) => {
    expect(shares({ perSecond: 10, bad: 0.001, dispersion }, 3).degraded).toBeGreaterThan(share);
  });

  it('twice at 100 a second is never called steady', () => {
    expect(shares({ perSecond: 100, bad: 0.001, dispersion: 2 }, 2).steady).toBe(0);
  });

  it('threefold at one request a second cannot be told, and it is said how many are missing', () => {
    const traffic = { perSecond: 1, bad: 0.001, dispersion: 1 };
    expect(shares(traffic, 3).inconclusive).toBeGreaterThan(0.85);
    const quiet = createRatioJudge(countsOf(traffic, HISTORY, 5), RULES).judge(HISTORY - 15);
    expect(quiet).toMatchObject({ verdict: 'inconclusive', needs: { what: 'requests' } });
    expect(quiet.needs?.more).toBeGreaterThan(1000);
    expect(quiet.needs?.takes).toBeGreaterThan(15 * STEP);
  });

  it('to 5 % at one request a second is found early', () => {
    expect(shares({ perSecond: 1, bad: 0.001, dispersion: 2 }, 50).degraded).toBeGreaterThan(0.93);
    const made = countsOf({ perSecond: 1, bad: 0.001, dispersion: 1 }, HISTORY, 3, {
      since: HISTORY - 15,
      times: 50,
    });
    const found = createRatioJudge(made, RULES).judge(HISTORY - 15);
    expect(found.verdict).toBe('degraded');
    expect((found.decidedAt ?? NOW) - (NOW - 15 * STEP)).toBeLessThan(8 * STEP);
  });
});

describe('what has an answer of its own', () => {
  const busy = { perSecond: 10, bad: 0.002, dispersion: 1 };
  const judged = (made: ReturnType<typeof countsOf>, moment = HISTORY - 15) =>
    createRatioJudge(made, RULES).judge(moment);

  it('no data after, and none before', () => {
    const made = countsOf(busy, HISTORY, 1);
    made.total.fill(0, HISTORY - 15);
    made.bad.fill(0, HISTORY - 15);
    expect(judged(made)).toMatchObject({ verdict: 'inconclusive', reasons: ['Nothing was counted after.'] });
    made.total.fill(0);
    expect(judged(made)).toMatchObject({ verdict: 'inconclusive', reasons: ['Nothing was counted before.'] });
  });

  it('half of the data is judged by what there is', () => {
    const made = countsOf(busy, HISTORY, 2, { since: HISTORY - 15, times: 20 });
    for (let i = 0; i < HISTORY; i += 2) made.total[i] = made.bad[i] = 0;
    expect(judged(made).verdict).toBe('degraded');
  });

  it('a new service without history: by stricter limits, said so', () => {
    const made = countsOf(busy, 45, 4, { since: 30, times: 20 });
    const found = judged(made, 30);
    expect(found.verdict).toBe('degraded');
    expect(found.reasons.join()).toMatch(/too little history/);
    expect(found.placebo).toBeUndefined();
  });

  it('a change that began five minutes before is not the deploy’s', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const made = countsOf({ ...busy, perSecond: 50 }, HISTORY, seed, { since: HISTORY - 20, times: 10 });
      const found = judged(made);
      expect(found.verdict, String(seed)).toBe('inconclusive');
      expect(found.reasons.join()).toMatch(/began to change before/);
      expect(Math.abs((found.onset?.at ?? 0) - (NOW - 20 * STEP))).toBeLessThanOrEqual(2 * STEP);
    }
  });

  it('a deploy inside an incident that goes on changes nothing', () => {
    const made = countsOf({ ...busy, perSecond: 50 }, HISTORY, 8, { since: HISTORY - 60, times: 10 });
    expect(judged(made).verdict).not.toBe('degraded');
  });

  it('a rollback that mends is improved', () => {
    const made = countsOf({ ...busy, perSecond: 50 }, HISTORY, 9, { since: HISTORY - 45, times: 10 });
    const calm = countsOf({ ...busy, perSecond: 50 }, HISTORY, 10);
    made.bad.set(calm.bad.subarray(HISTORY - 15), HISTORY - 15);
    made.total.set(calm.total.subarray(HISTORY - 15), HISTORY - 15);
    expect(judged(made).verdict).toMatch(/improved|inconclusive|steady/);
  });

  it('counts that are not numbers are passed over', () => {
    const made = countsOf(busy, HISTORY, 2, { since: HISTORY - 15, times: 20 });
    made.total[HISTORY - 100] = Number.NaN;
    made.bad[HISTORY - 100] = Number.NaN;
    expect(judged(made).verdict).toBe('degraded');
  });
});
