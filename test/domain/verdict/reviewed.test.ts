import { describe, expect, it } from 'vitest';
import { failure } from '#domain/problem.ts';
import { MINUTE } from '#domain/time.ts';
import { judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { sliced } from '#domain/verdict/watched.ts';
import { type Made, type Minute, watchOf } from './watch-made.ts';

const DAY = 1440;
const of = ({ signals }: DeployVerdict, measure: string) => signals.find((one) => one.measure === measure);

function judged(made: Partial<Made>, happens: (minute: number) => Minute = () => ({})): DeployVerdict {
  const { past, recent, about } = watchOf(made, happens);
  return judgeDeploy(past, recent, about);
}

describe('a bad deploy of a service that was down for half an hour some days ago', () => {
  const outage = (minute: number) => minute >= -3 * DAY && minute < -3 * DAY + 30;
  const happens = (minute: number): Minute =>
    outage(minute) ? { errors: 1000 } : minute >= 0 ? { errors: 6 } : {};

  it('is degraded, whether the outage is on record or not', () => {
    const { past, recent, about } = watchOf({ perSecond: 100 }, happens);
    const began = about.baseline.to - 3 * DAY * MINUTE;
    const recorded = [{ from: began, to: began + 30 * MINUTE }];
    expect(judgeDeploy(past, recent, about).verdict).toBe('degraded');
    expect(judgeDeploy(past, recent, { ...about, disturbed: recorded }).verdict).toBe('degraded');
  });
});

describe('a service that fails ten times as much as now until two days ago', () => {
  it('is judged by what it does now', () => {
    const noisy = (minute: number): Minute =>
      minute < -2 * DAY ? { errors: 10 } : minute >= 0 ? { errors: 8 } : {};
    expect(judged({ perSecond: 100 }, noisy).verdict).toBe('degraded');
  });
});

describe('a week of which only the last hour is known', () => {
  const young = (more: (minute: number) => Minute) => (minute: number) =>
    minute < -90 ? { isUnknown: true } : more(minute);

  it('does not count as ordinary moments', () => {
    const verdict = judged(
      { perSecond: 100 },
      young((minute) => (minute >= 0 ? { errors: 20 } : {})),
    );
    expect(verdict.verdict).toBe('degraded');
    expect(verdict.placebo).toBeUndefined();
    expect(of(verdict, 'errorRatio')?.reasons.join()).toContain('too little history');
  });

  it('does not make a doubling of what drifts a degradation', () => {
    const drifting = young((minute) => (minute >= 0 ? { errors: 2.2 } : {}));
    expect(judged({ perSecond: 100 }, drifting).verdict).toBe('inconclusive');
  });
});

describe('what happens every night at the same minute', () => {
  it('is not the doing of a deploy just before it, and that is said', () => {
    const nightly = (minute: number): Minute =>
      ((minute % DAY) + DAY) % DAY >= 3 && ((minute % DAY) + DAY) % DAY < 9 ? { errors: 30 } : {};
    const verdict = judged({ perSecond: 100 }, nightly);
    expect(verdict.verdict).toBe('inconclusive');
    expect(of(verdict, 'errorRatio')?.reasons.join()).toContain('at this time of day');
  });
});

describe('durations beyond the last bucket', () => {
  it('are judged by how many requests take that long', () => {
    const slow = (minute: number): Minute => ({ slower: minute >= 0 ? 80 : 24 });
    const verdict = judged({ perSecond: 40 }, slow);
    expect(verdict.verdict).toBe('degraded');
    expect(of(verdict, 'p99')?.verdict).toBe('degraded');
    expect(of(verdict, 'p99')?.reasons.join()).toContain('beyond the last bucket');
  });
});

describe('a median that became lower while more requests are slow', () => {
  it('is never called degraded', () => {
    const { past, recent, about } = watchOf({ perSecond: 40 });
    const { durations } = recent;
    // Half of all requests are answered from a cache at once; of the rest more are slow.
    for (let i = 32; i < recent.times.length; i += 1) {
      const total = durations?.total[i] ?? 0;
      durations?.slower.forEach((column, b) => {
        column[i] = Math.round(total * (b < 4 ? 0.48 : 0.47 * 0.5 ** (b - 4)));
      });
    }
    const p50 = of(judgeDeploy(past, recent, about), 'p50');
    expect(p50?.effect?.after).toBeLessThan(p50?.effect?.before ?? 0);
    expect(p50?.verdict).not.toBe('degraded');
  });
});

describe('a signal that could not be asked for', () => {
  it('is not known to be well: the rest is not called steady, and the problem is told', () => {
    const { past, recent, about } = watchOf({ perSecond: 100 });
    const without = ({ requests: _, ...observed }: Observed): Observed => ({
      ...observed,
      queries: ['rate', 'errorRatio', 'p50', 'p99'].map((line) => ({ source: 'x', promql: 'x', line })),
      problems: [failure('query-too-large', 'The answer holds too many series.').problem],
    });
    const verdict = judgeDeploy(without(past), without(recent), about);
    expect(verdict.verdict).toBe('inconclusive');
    expect(of(verdict, 'errorRatio')?.reasons.join()).toContain('too many series');
  });
});

describe('what was degraded for some minutes and passed', () => {
  it('stays degraded at every later look', () => {
    const passing = (minute: number): Minute => (minute >= 0 && minute < 5 ? { slower: 3, errors: 20 } : {});
    const { past, recent, about } = watchOf({ perSecond: 40 }, passing);
    const words = [4, 6, 8, 10, 12, 15].map(
      (minutes) => judgeDeploy(past, sliced(recent, 0, 32 + minutes), about).verdict,
    );
    expect(new Set(words)).toEqual(new Set(['degraded']));
  });
});

describe('a ratio that a service tells by PromQL of its own', () => {
  const own = (before: number, after: number) => {
    const { past, recent, about } = watchOf({ perSecond: 40 });
    let i = 0;
    const told = (
      { requests: _, durations: __, ...observed }: Observed,
      at: (n: number) => number,
    ): Observed => ({
      ...observed,
      gauges: {
        ...observed.gauges,
        errorRatio: Float64Array.from(observed.times, (___, n) => {
          i += 1;
          return at(n) * (1 + 0.1 * Math.sin(i));
        }),
      },
    });
    return judgeDeploy(
      told(past, () => before),
      told(recent, (n) => (n >= 30 ? after : before)),
      about,
    );
  };

  it('has to move by as much as counted failures would', () => {
    expect(own(0.00001, 0.00003).verdict).not.toBe('degraded');
    expect(own(0.001, 0.02).verdict).toBe('degraded');
  });

  it('is nought where it has no value while there are requests', () => {
    expect(own(Number.NaN, 0.5).verdict).toBe('degraded');
  });
});
