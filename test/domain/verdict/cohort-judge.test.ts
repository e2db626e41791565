import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCohorts } from '#domain/verdict/cohort-judge.ts';
import { runningCohorts } from '#domain/verdict/cohort-running.ts';
import type { CohortColumns, ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { BOUNDS, cohortsOf, FROM, first, type Kind, seeded, type World } from './cohort-made.ts';
import { STEP } from './made.ts';

const KIND: Kind = { perSecond: 50, bad: 0.005, median: 0.12, spread: 0.6 };
const HOUR = { from: FROM, to: FROM + 60 * STEP };
const made = (world: Partial<World>, share = 0.1, minutes = 60, seed = 7) =>
  cohortsOf({ kinds: [KIND], ...world }, share, minutes, seeded(seed));
const judged = (observed: ObservedCohorts, more: { expected?: number; window?: typeof HOUR } = {}) =>
  judgeCohorts(observed, { floor: RATIO_FLOOR, window: HOUR, ...more });
const signal = (verdict: ReturnType<typeof judged>, measure: string) =>
  verdict.signals.find((one) => one.measure === measure);

/** Counts of each minute of both cohorts, without durations. */
function counted(
  minutes: number,
  on: (minute: number) => readonly [number, number],
  off: (minute: number) => readonly [number, number],
): ObservedCohorts {
  const columns = (of: typeof on): CohortColumns => ({
    requests: {
      bad: Float64Array.from({ length: minutes }, (_, i) => of(i)[0]),
      total: Float64Array.from({ length: minutes }, (_, i) => of(i)[1]),
    },
  });
  return {
    times: Array.from({ length: minutes }, (_, i) => FROM + i * STEP),
    ...{ step: STEP, queries: [], problems: [] },
    strata: [{ name: '', on: columns(on), off: columns(off) }],
  };
}

describe('a step of a rollout', () => {
  it('is stopped when the flag doubles errors, and tells them by what was known then, at each later look too', () => {
    const observed = made({ errors: 2 });
    const whole = judged(observed);
    expect(whole).toMatchObject({ word: 'stop', compared: 'cohorts' });
    const errors = signal(whole, 'errorRatio');
    expect(errors).toMatchObject({ verdict: 'degraded', floor: RATIO_FLOOR });
    expect(errors?.effect?.relative).toBeGreaterThan(0.5);
    expect(errors?.significance?.p).toBeLessThan(0.01);
    expect(whole.needs).toBeUndefined();
    const steps = ((whole.decidedAt ?? 0) - FROM) / STEP;
    expect(steps).toBeLessThan(50);
    expect(judged(first(observed, steps))).toMatchObject({ word: 'stop', decidedAt: whole.decidedAt });
    expect(judged(first(observed, steps - 1)).word).toBe('hold');
    expect(signal(judged(first(observed, steps)), 'errorRatio')?.effect).toEqual(errors?.effect);
  });

  it('is stopped at the same moment by whoever looks each minute, once, or again later', () => {
    for (const [seed, world] of [
      { errors: 2 },
      { slower: 1.3 },
      {},
      { dispersion: 3, errors: 1.5 },
    ].entries()) {
      const observed = made(world, 0.1, 60, seed);
      const { word, decidedAt = Number.POSITIVE_INFINITY } = judged(observed);
      for (let steps = 1; steps <= 60; steps += 1) {
        const look = judged(first(observed, steps));
        const isStopped = word === 'stop' && FROM + steps * STEP >= decidedAt;
        expect(look.word === 'stop', `${seed} after ${steps} steps`).toBe(isStopped);
        if (isStopped) expect(look.decidedAt).toBe(decidedAt);
      }
    }
  });

  it('goes on when all is shown to be as without the flag and its time is over, not before', () => {
    const observed = made({}, 0.5);
    expect(judged(observed)).toMatchObject({ word: 'go', decidedAt: HOUR.to });
    expect(judged(observed).signals.map(({ verdict }) => verdict)).toEqual(['steady', 'steady', 'steady']);
    const early = judged(observed, { window: { from: FROM, to: FROM + 90 * STEP } });
    expect(early).toMatchObject({ word: 'hold' });
    expect(early.needs).toBeUndefined();
    expect(early.reasons).toEqual(['The time that was set for this step is not over.']);
  });

  it('holds at 1 %, and the number of requests that it names mostly suffices', () => {
    let enough = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const found = judged(made({}, 0.05, 30, seed), { window: { from: FROM, to: FROM + 30 * STEP } });
      if (found.word === 'go') {
        enough += 1;
        continue;
      }
      expect(found).toMatchObject({ word: 'hold', needs: { what: 'requests' } });
      const { more = 0, takes = 0 } = found.needs ?? {};
      expect(takes / more).toBeCloseTo(1000 / (50 * 0.05), -2);
      const longer = judged(made({}, 0.05, 30 + Math.ceil((1.5 * takes) / STEP), seed), {
        window: { from: FROM, to: FROM + 30 * STEP },
      });
      if (longer.word === 'go') enough += 1;
    }
    expect(enough).toBeGreaterThanOrEqual(14);
  });

  it('says that nobody has the flag yet, that everybody has it, or that no request tells', () => {
    expect(
      judged(
        counted(
          30,
          () => [0, 0],
          () => [1, 500],
        ),
      ),
    ).toMatchObject({
      word: 'hold',
      reasons: ['No request has carried the flag yet.'],
    });
    expect(
      judged(
        counted(
          30,
          () => [1, 500],
          () => [0, 0],
        ),
      ).reasons[0],
    ).toMatch(/nothing to compare/);
    expect(
      judged(
        counted(
          30,
          () => [0, 0],
          () => [0, 0],
        ),
      ).reasons[0],
    ).toMatch(/No request has told/);
    expect(
      judged({
        ...counted(
          30,
          () => [0, 0],
          () => [0, 0],
        ),
        strata: [],
      }),
    ).toMatchObject({
      word: 'hold',
      signals: [],
      reasons: ['Neither requests nor durations were counted by this flag.'],
    });
  });

  it('is not stopped by what hits both cohorts at once', () => {
    const observed = made({ shocks: { every: 6, times: 40 } }, 0.1, 60, 3);
    expect(judged(observed).word).not.toBe('stop');
  });

  it('is not stopped by one minute of one cohort, however bad', () => {
    const burst = counted(
      60,
      (i) => (i === 20 ? [250, 300] : [1, 300]),
      () => [13, 2700],
    );
    expect(judged(burst).word).toBe('hold');
    const acrossTwo = counted(
      60,
      (i) => (i === 20 || i === 21 ? [250, 300] : [1, 300]),
      () => [13, 2700],
    );
    expect(judged(acrossTwo).word).toBe('hold');
  });

  it('is stopped within minutes where everything fails with the flag', () => {
    const found = judged(
      counted(
        30,
        () => [25, 25],
        () => [12, 2500],
      ),
    );
    expect(found.word).toBe('stop');
    expect(((found.decidedAt ?? 0) - FROM) / STEP).toBeLessThanOrEqual(8);
  });

  it('is stopped by slower requests: of the 99th percentile, in seconds, with the bound they were counted by', () => {
    const found = judged(made({ slower: 1.5 }));
    expect(found.word).toBe('stop');
    const p99 = signal(found, 'p99');
    expect(p99).toMatchObject({ verdict: 'degraded', floor: { relative: 0.1 } });
    expect(BOUNDS).toContain(p99?.slowerThan);
    expect(p99?.effect?.after).toBeGreaterThan(1.1 * (p99?.effect?.before ?? 9));
    expect(p99?.intervals?.on.low).toBeLessThan(p99?.effect?.after ?? 0);
    expect(p99?.intervals?.on.high).toBeGreaterThan(p99?.effect?.after ?? 0);
  });

  it('is not stopped by a few more errors than matter, however sure they are', () => {
    const few = counted(
      60,
      () => [62, 10_000],
      () => [50, 10_000],
    );
    const found = judged(few);
    expect(found.word).not.toBe('stop');
    expect(signal(found, 'errorRatio')?.significance?.p).toBeLessThan(1e-6);
  });

  it('shows many requests without a failure to be harmless, where hardly any fails', () => {
    expect(
      judged(
        counted(
          60,
          () => [0, 450],
          () => [0, 4000],
        ),
      ).word,
    ).toBe('go');
    const few = judged(
      counted(
        60,
        () => [0, 3],
        () => [0, 4000],
      ),
    );
    expect(few).toMatchObject({ word: 'hold', needs: { what: 'requests' } });
    expect(few.needs?.more).toBeGreaterThan(5000);
  });

  it('is not fooled by a mix of routes, either way', () => {
    const slow: Kind = { ...KIND, name: '/search', bad: 0.05, median: 0.8, perSecond: 20 };
    const quick: Kind = { ...KIND, name: '/item', bad: 0.001, median: 0.05, perSecond: 60 };
    // Those with the flag search much, and nothing is worse for them.
    const mixed = made({
      kinds: [
        { ...slow, on: 3 },
        { ...quick, on: 0.5 },
      ],
    });
    expect(judged(mixed).word).toBe('go');
    const [raw] = judged(mixed).signals;
    const [on, off] = [raw?.counts?.on ?? { bad: 0, total: 1 }, raw?.counts?.off ?? { bad: 0, total: 1 }];
    expect(on.bad / on.total).toBeGreaterThan((1.5 * off.bad) / off.total);
    // Here they search little, and everything is worse for them, which all together would hide.
    const hidden = made({
      kinds: [
        { ...slow, on: 0.5 },
        { ...quick, on: 3 },
      ],
      errors: 2,
    });
    const found = judged(hidden);
    expect(found.word).toBe('stop');
    expect(signal(found, 'errorRatio')?.reasons.join()).toMatch(/the other way/);
  });

  it('tells a share that is not what was meant, large enough to matter, and does not stop for it', () => {
    const found = judged(made({}, 0.07), { expected: 0.1 });
    expect(found.sampleRatio).toMatchObject({ expected: 0.1, isMismatch: true });
    expect(found.sampleRatio?.observed).toBeCloseTo(0.07, 2);
    expect(found.word).not.toBe('stop');
    expect(found.reasons.join()).toMatch(/^6.9 % of requests carry the flag, not 10 %/);
    expect(judged(made({}, 0.1), { expected: 0.1 }).sampleRatio?.isMismatch).toBe(false);
    // A twentieth off is sure with so many requests, and matters to nobody.
    const near = judged(made({}, 0.095), { expected: 0.1 }).sampleRatio;
    expect(near).toMatchObject({ isMismatch: false });
    expect(near?.p).toBeLessThan(0.001);
    expect(judged(made({})).sampleRatio).toBeUndefined();
  });

  it('does not take it for well when what it asked for was not answered', () => {
    const observed = made({}, 0.5);
    const withoutDurations: ObservedCohorts = {
      ...observed,
      strata: observed.strata.map(({ name, on, off }) => ({
        name,
        on: on.requests ? { requests: on.requests } : {},
        off: off.requests ? { requests: off.requests } : {},
      })),
      queries: [{ source: 'main', promql: 'x', line: 'p99' }],
      problems: [{ code: 'prometheus-timeout', what: 'It did not answer.' }],
    };
    const found = judged(withoutDurations);
    expect(found.word).toBe('hold');
    expect(signal(found, 'p99')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('says what was not told with the flag, rather than to take it for well', () => {
    const observed = made({}, 0.5);
    const blind = (of: 'on' | 'both'): ObservedCohorts => ({
      ...observed,
      strata: observed.strata.map(({ name, on, off }) => {
        const none = ({ requests, durations }: CohortColumns): CohortColumns => ({
          ...(requests && { requests }),
          ...(durations && {
            durations: {
              ...{ bounds: durations.bounds, total: durations.total.map(() => 0) },
              slower: durations.slower.map((column) => column.map(() => 0)),
            },
          }),
        });
        return { name, on: none(on), off: of === 'both' ? none(off) : off };
      }),
    });
    expect(judged(blind('on'))).toMatchObject({
      word: 'hold',
      reasons: ['It was not counted both with the flag and without it.'],
    });
    expect(judged(blind('both')).reasons).toEqual([
      'No duration tells whether its request has the flag: errors alone were judged.',
    ]);
  });

  it('says the same of a whole hour whether minutes are missing or not, and nothing breaks by any counts', () => {
    const gaps = counted(
      90,
      (i) => (i % 3 === 0 ? [Number.NaN, Number.NaN] : [3, 300]),
      (i) => (i % 7 === 0 ? [Number.NaN, 2700] : [13, 2700]),
    );
    expect(judged(gaps).word).toBe('stop');
    const count = fc.oneof(
      fc.constantFrom(0, 1, Number.NaN, -1, Number.POSITIVE_INFINITY, 1e9, 0.4),
      fc.nat(3000),
    );
    const minute = fc.tuple(count, count, count, count);
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 20 }), (minutes) => {
        const found = judged(
          counted(
            minutes.length,
            (i) => [minutes[i]?.[0] ?? 0, minutes[i]?.[1] ?? 0],
            (i) => [minutes[i]?.[2] ?? 0, minutes[i]?.[3] ?? 0],
          ),
          { expected: 0.5 },
        );
        expect(['stop', 'hold', 'go']).toContain(found.word);
        expect(JSON.stringify(found)).not.toMatch(/null/);
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});

describe('what is drawn of both cohorts', () => {
  it('ends at the values and intervals that the verdict tells, each since the step began', () => {
    const observed = made({});
    const lines = runningCohorts(observed, ['errorRatio', 'p50', 'p99', 'rate', 'cpu']);
    expect(lines.map(({ measure }) => measure)).toEqual(['errorRatio', 'p50', 'p99', 'rate']);
    const verdict = judged(observed);
    for (const { measure, on, off } of lines) {
      expect(on.samples).toHaveLength(60);
      expect(on.samples.at(-1)?.at).toBe(HOUR.to);
      const told = signal(verdict, measure);
      if (told === undefined) continue;
      expect(on.samples.at(-1)?.value).toBeCloseTo(told.effect?.after ?? 9, 12);
      expect(off.samples.at(-1)?.value).toBeCloseTo(told.effect?.before ?? 9, 12);
      expect(on.band.at(-1)).toMatchObject(told.intervals?.on ?? {});
    }
    expect(lines[3]?.on.samples.at(-1)?.value).toBeCloseTo(verdict.rates?.on ?? 0, 9);
    const [begun, ended] = [lines[0]?.on.band[0], lines[0]?.on.band.at(-1)];
    expect((ended?.high ?? 1) - (ended?.low ?? 0)).toBeLessThan((begun?.high ?? 0) - (begun?.low ?? 0));
  });
});
