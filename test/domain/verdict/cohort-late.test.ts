import { describe, expect, it } from 'vitest';
import { judgeCohorts } from '#domain/verdict/cohort-judge.ts';
import type { ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { cohortsOf, FROM, type Kind, seeded, type World } from './cohort-made.ts';
import { STEP } from './made.ts';

const kind = (perSecond: number, more: Partial<Kind> = {}): Kind => ({
  ...{ perSecond, bad: 0.005, median: 0.12, spread: 0.6 },
  ...more,
});
const made = (world: World, share: number, minutes: number) => cohortsOf(world, share, minutes, seeded(11));
const judged = (observed: ObservedCohorts) =>
  judgeCohorts(observed, { floor: RATIO_FLOOR, window: { from: FROM, to: FROM + 60 * STEP } });
/** Minutes of harm until it was certain. */
const found = (observed: ObservedCohorts, since: number) => {
  const { word, decidedAt = Number.NaN } = judged(observed);
  return word === 'stop' ? (decidedAt - FROM) / STEP - since : word;
};

describe('harm that begins long after a step', () => {
  it.each([
    ['everything fails with the flag', { errors: 200 }, 3],
    ['all takes twice as long', { slower: 2 }, 3],
    ['ten times as much fails', { errors: 10 }, 15],
    ['twice as much fails', { errors: 2 }, 90],
  ])('is found though all was well for hours: %s', (_, harm, minutes) => {
    const observed = made({ kinds: [kind(50)], since: 120, ...harm }, 0.1, 240);
    expect(found(observed, 120)).toBeLessThanOrEqual(minutes);
  });

  it('is told by the time in which it was there, and says that it was otherwise before', () => {
    const { signals } = judged(made({ kinds: [kind(50)], since: 120, errors: 10 }, 0.1, 240));
    const [errors] = signals;
    expect(errors?.effect?.after).toBeGreaterThan(0.03);
    expect(errors?.reasons.join()).toMatch(
      /is of the \d+ min before that was certain: it was otherwise before/,
    );
  });

  it('is found where it comes and goes every other minute', () => {
    const observed = made({ kinds: [kind(50)] }, 0.1, 180);
    const requests = observed.strata[0]?.on.requests;
    for (let i = 60; i < 180; i += 2) if (requests !== undefined) requests.bad[i] = requests.total[i] ?? 0;
    expect(found(observed, 60)).toBeLessThan(10);
  });
});

describe('what is not known to be well', () => {
  const hold = (observed: ObservedCohorts, why: RegExp) => {
    const { word, reasons } = judged(observed);
    expect([word, reasons.join(' ')]).toEqual(['hold', expect.stringMatching(why)]);
  };

  it('is a route that only the flag has: it is named, and where it fails the step is stopped', () => {
    const both = made({ kinds: [kind(50, { name: '/a' })] }, 0.5, 90);
    const alone = (isFailing: boolean): ObservedCohorts => {
      const { strata } = made({ kinds: [kind(10, { name: '/new' })] }, 0.5, 90);
      const [one] = strata;
      const requests = one?.on.requests;
      if (one === undefined || requests === undefined) throw new Error('made without requests');
      const bad = isFailing ? requests.total : requests.bad;
      const on = { ...one.on, requests: { total: requests.total, bad } };
      return { ...both, strata: [...both.strata, { name: '/new', on, off: {} }] };
    };
    hold(alone(false), /17 % of requests with the flag are of \/new, where hardly any are without it/);
    expect(judged(alone(true)).word).toBe('stop');
  });

  it('is a cohort that has ceased, and durations that nobody tells any more', () => {
    const ceased = made({ kinds: [kind(50)] }, 0.5, 90);
    const { requests, durations } = ceased.strata[0]?.on ?? {};
    for (const column of [requests?.total, requests?.bad, durations?.total, ...(durations?.slower ?? [])])
      column?.fill(0, 40);
    hold(ceased, /Nothing was told with the flag for the last 50 min/);
    const untold = made({ kinds: [kind(50)] }, 0.5, 90);
    for (const side of ['on', 'off'] as const) {
      const one = untold.strata[0]?.[side].durations;
      for (const column of [one?.total, ...(one?.slower ?? [])]) column?.fill(Number.NaN, 10);
    }
    hold(untold, /Nothing was told with the flag for the last 80 min/);
  });

  it('is said of what is not there at all: errors alone, or durations alone, were judged', () => {
    const without = (what: 'requests' | 'durations'): ObservedCohorts => {
      const observed = made({ kinds: [kind(200)] }, 0.5, 60);
      const { [what]: _, ...on } = observed.strata[0]?.on ?? {};
      const { [what]: __, ...off } = observed.strata[0]?.off ?? {};
      return { ...observed, strata: [{ name: '', on, off }] };
    };
    expect(judged(without('durations')).reasons.join()).toMatch(/errors alone were judged/);
    expect(judged(without('requests')).reasons.join()).toMatch(/durations alone were judged/);
  });

  it('is not a service whose requests all take about as long', () => {
    expect(judged(made({ kinds: [kind(50, { median: 0.12, spread: 0.01 })] }, 0.5, 60)).word).toBe('go');
  });
});
