import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '#domain/time.ts';
import { judgeDeploy } from '#domain/verdict/deploy-judge.ts';
import { errorFloor } from '#domain/verdict/deploy-signals.ts';
import type { DeployVerdict } from '#domain/verdict/deploy-verdict.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { BEGAN_BEFORE } from '#domain/verdict/verdict.ts';
import { sliced } from '#domain/verdict/watched.ts';
import { type Made, type Minute, watchOf } from './watch-made.ts';

/** The verdict of a watch in which something happens from a minute on. */
function judged(made: Partial<Made>, happens: (minute: number) => Minute = () => ({})): DeployVerdict {
  const { past, recent, about } = watchOf(made, happens);
  return judgeDeploy(past, recent, about);
}

const from = (minute: number, change: Minute) => (at: number) => (at >= minute ? change : {});

const of = ({ signals }: DeployVerdict, measure: string) => signals.find((one) => one.measure === measure);

describe('a deploy that does no harm', () => {
  it('is steady where there is traffic enough to show it', () => {
    const verdict = judged({ perSecond: 100 });
    expect(verdict.verdict).toBe('steady');
    expect(verdict.decidedAt).toBeDefined();
  });

  it('is inconclusive with the number of requests that are missing where there is not', () => {
    const verdict = judged({ perSecond: 1 });
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.needs?.what).toBe('requests');
    expect(verdict.needs?.more).toBeGreaterThan(1000);
  });

  it('is hardly ever called degraded, whatever scatters', () => {
    let degraded = 0;
    const WATCHES = 60;
    for (let seed = 1; seed <= WATCHES; seed += 1)
      if (
        judged({ seed, perSecond: 10, dispersion: 1 + (seed % 3) / 2, history: 2000 }).verdict === 'degraded'
      )
        degraded += 1;
    // One of a hundred, and three standard errors.
    expect(degraded).toBeLessThanOrEqual(2);
  });
});

describe('a deploy that makes requests fail', () => {
  const verdict = judged({ perSecond: 100 }, from(0, { errors: 20 }));

  it('is degraded long before its watch ends', () => {
    expect(verdict.verdict).toBe('degraded');
    expect(of(verdict, 'errorRatio')?.verdict).toBe('degraded');
    const { window } = watchOf().about;
    expect(verdict.decidedAt).toBeLessThan(window.from + 4 * MINUTE);
  });

  it('says when that began, to the step', () => {
    const { baseline } = watchOf().about;
    expect(Math.abs((verdict.onset?.at ?? 0) - baseline.to)).toBeLessThanOrEqual(MINUTE);
  });

  it('stands out among ordinary moments, all signals and looks together', () => {
    expect(verdict.placebo?.rank).toBe(0);
    expect(verdict.placebo?.n).toBeGreaterThan(1000);
    expect(verdict.placebo?.effective).toBeLessThan(verdict.placebo?.n ?? 0);
  });

  it('stays degraded at every later look, decided at the same moment', () => {
    const { past, recent, about } = watchOf({ perSecond: 100 }, from(0, { errors: 20 }));
    for (let minutes = 6; minutes <= 14; minutes += 2) {
      const sofar = judgeDeploy(past, sliced(recent, 0, 31 + minutes), about);
      expect(sofar.verdict).toBe('degraded');
      expect(sofar.decidedAt).toBe(verdict.decidedAt);
    }
  });

  it('is degraded without any history too, by stricter limits, saying so', () => {
    const bare = judged({ perSecond: 100, history: 0 }, from(0, { errors: 20 }));
    expect(bare.verdict).toBe('degraded');
    expect(bare.placebo).toBeUndefined();
    expect(of(bare, 'errorRatio')?.reasons.join()).toContain('too little history');
  });
});

describe('a deploy that makes requests slower', () => {
  it('is degraded by the durations, told in seconds', () => {
    const verdict = judged({ perSecond: 40 }, from(0, { slower: 1.5 }));
    expect(verdict.verdict).toBe('degraded');
    const p99 = of(verdict, 'p99');
    expect(p99?.verdict).toBe('degraded');
    expect(p99?.effect?.before).toBeGreaterThan(0.1);
    expect(p99?.effect?.after).toBeGreaterThan((p99?.effect?.before ?? 0) * 1.1);
  });
});

describe('a deploy that takes traffic away', () => {
  it('is degraded by the rate, and one that brings more is not', () => {
    expect(of(judged({}, from(0, { traffic: 0.3 })), 'rate')?.verdict).toBe('degraded');
    const more = judged({ perSecond: 100 }, from(0, { traffic: 2 }));
    expect(more.verdict).toBe('steady');
    expect(of(more, 'rate')?.verdict).toBe('inconclusive');
  });
});

describe('a change that began before the rollout', () => {
  it.each([5, 8, 12])('by %d minutes is not its doing, and that is said', (minutes) => {
    const verdict = judged({ perSecond: 40 }, from(-minutes, { errors: 10 }));
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reasons).toContain(BEGAN_BEFORE);
    const { baseline } = watchOf().about;
    expect(Math.abs((verdict.onset?.at ?? 0) - (baseline.to - minutes * MINUTE))).toBeLessThanOrEqual(
      2 * MINUTE,
    );
  });

  it('but while a long rollout went on is its doing', () => {
    const verdict = judged({ perSecond: 40, rollout: 8 }, from(3, { errors: 20 }));
    expect(verdict.verdict).toBe('degraded');
  });
});

describe('a rollback', () => {
  it('that ends what was wrong is improved, though all is only as usual again', () => {
    const verdict = judged({ perSecond: 40 }, (minute) =>
      minute >= -20 && minute < 0 ? { errors: 30 } : {},
    );
    expect(verdict.verdict).toBe('improved');
    expect(of(verdict, 'errorRatio')?.verdict).toBe('improved');
  });
});

describe('a rollback some minutes after a bad deploy', () => {
  it('is improved, whenever the trouble had begun', () => {
    for (const minutes of [2, 4, 8]) {
      const verdict = judged({ perSecond: 40 }, (minute) =>
        minute >= -minutes && minute < 0 ? { errors: 40 } : {},
      );
      expect(verdict.verdict).toBe('improved');
    }
  });

  it('is not when the trouble was over minutes before', () => {
    const verdict = judged({ perSecond: 40 }, (minute) =>
      minute >= -20 && minute < -8 ? { errors: 40 } : {},
    );
    expect(of(verdict, 'errorRatio')?.verdict).not.toBe('improved');
  });
});

describe('what cannot be known', () => {
  const unknown = (when: (minute: number) => boolean) => (minute: number) => ({ isUnknown: when(minute) });

  it('is inconclusive when nothing was measured since', () => {
    const verdict = judged(
      { perSecond: 100 },
      unknown((minute) => minute >= 0),
    );
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reasons.join(' ')).toContain('after');
  });

  it('is inconclusive for a service that began with this deploy', () => {
    const verdict = judged(
      { perSecond: 100 },
      unknown((minute) => minute < 0),
    );
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reasons.join(' ')).toContain('before');
  });

  it('is inconclusive without a single signal', () => {
    const { past, recent, about } = watchOf({ history: 100 });
    const bare = ({ times, step }: Observed): Observed => ({
      times,
      step,
      gauges: {},
      queries: [],
      problems: [],
    });
    const verdict = judgeDeploy(bare(past), bare(recent), about);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.reasons).toEqual(['Nothing was measured of this service.']);
  });

  it('does not hide what is clear in the half of the data that is there', () => {
    const half = (change: Minute) => (minute: number) => ({
      ...(minute >= 0 ? change : {}),
      isUnknown: minute % 2 === 0,
    });
    expect(judged({ perSecond: 100 }, half({ errors: 20 })).verdict).toBe('degraded');
    expect(judged({ perSecond: 100 }, half({})).verdict).not.toBe('degraded');
  });

  it('does not take a gap of some minutes for a change', () => {
    const gap = unknown((minute) => minute >= 3 && minute < 8);
    expect(judged({ perSecond: 100 }, gap).verdict).toBe('steady');
  });
});

describe('what is no number', () => {
  const spoilt = (value: number) => {
    const { past, recent, about } = watchOf({ perSecond: 100 });
    for (const column of [recent.gauges.rate, recent.requests?.bad, recent.durations?.slower[4]])
      column?.fill(value, 33, 36);
    return judgeDeploy(past, recent, about);
  };

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d says nothing', (value) => {
    expect(spoilt(value).verdict).toBe('steady');
  });
});

describe('two deploys a minute apart', () => {
  it('are both answerable for what began with the first, which alone would not be', () => {
    const { past, recent, about } = watchOf({ perSecond: 100 }, from(-1, { errors: 20 }));
    expect(judgeDeploy(past, recent, about).verdict).toBe('inconclusive');
    const together = { ...about, answersFrom: about.baseline.to - MINUTE };
    expect(judgeDeploy(past, recent, together).verdict).toBe('degraded');
  });
});

describe('a verdict', () => {
  it('can be kept as JSON and read back the same', () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          perSecond: fc.constantFrom(0, 0.01, 1, 50),
          bad: fc.constantFrom(0, 0.001, 0.5, 1),
          history: fc.constantFrom(0, 200),
        }),
        fc.constantFrom<Minute>({}, { errors: 100 }, { traffic: 0 }, { slower: 50 }, { isUnknown: true }),
        fc.integer({ min: -20, max: 15 }),
        (made, change, minute) => {
          const verdict = judged(made, from(minute, change));
          expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what matters', () => {
  it('is five times what the objective allows, however much failed before', () => {
    const { past, recent, about } = watchOf({ perSecond: 100, bad: 0.02 }, from(0, { errors: 1.4 }));
    expect(judgeDeploy(past, recent, about).verdict).toBe('steady');
    expect(judgeDeploy(past, recent, { ...about, floor: errorFloor([0.999]) }).verdict).toBe('degraded');
  });

  it('is half of what the strictest objective allows, within bounds', () => {
    expect(errorFloor([0.99, 0.999]).absolute).toBeCloseTo(0.0005, 12);
    expect(errorFloor([0.9]).absolute).toBe(0.005);
    expect(errorFloor([0.99999]).absolute).toBe(0.00005);
    expect(errorFloor([])).toEqual({ relative: 0.5, absolute: 0.0005 });
  });
});
