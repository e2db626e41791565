import quantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Verdict } from '#domain/verdict/verdict.ts';
import type { Traffic } from '../../test/domain/verdict/made.ts';
import { percentile, type Report } from '../report.ts';
import type { Requirement } from '../verdict.ts';
import type { Job, MadeDone } from './jobs.ts';
import { share } from './series.ts';

export const DISPERSIONS = [1, 1.5, 2] as const;
export const MADE_SHIFTS = [1, 1.5, 2, 3, 5] as const;

/** What is required of 10 requests a second with 0.1 % errors, threefold, by dispersion. */
const LEAST: Readonly<Record<number, number>> = { 1: 0.7, 1.5: 0.5, 2: 0.35 };

/** Harmless watches at every traffic and error ratio, and those that do harm. */
export function madeCells(watches: number): readonly Job[] {
  const cell = (perSecond: number, bad: number, dispersion: number, times: number) =>
    ({ kind: 'made', traffic: { perSecond, bad, dispersion }, times, watches }) as const;
  return DISPERSIONS.flatMap((dispersion) => [
    ...[1, 10, 100, 1000].flatMap((perSecond) =>
      [0.0001, 0.001, 0.01, 0.05].map((bad) => cell(perSecond, bad, dispersion, 1)),
    ),
    ...MADE_SHIFTS.slice(1).map((times) => cell(10, 0.001, dispersion, times)),
    ...[3, 50].map((times) => cell(1, 0.001, dispersion, times)),
    cell(100, 0.001, dispersion, 2),
  ]);
}

export function madeReport(done: readonly MadeDone[], watches: number): Report {
  return {
    title: `simulated counts with a daily rhythm, ${watches} watches a cell, 7 days of minutes before`,
    rows: done.map((one) => {
      const { traffic, times, watched, peers } = one;
      const part = (verdict: Verdict) => share(of(one, verdict));
      return {
        'requests/s': String(traffic.perSecond),
        errors: `${traffic.bad * 100} %`,
        dispersion: String(traffic.dispersion),
        change: times === 1 ? 'none' : `×${times}`,
        degraded: part('degraded'),
        steady: part('steady'),
        inconclusive: part('inconclusive'),
        minutes:
          watched.looks.length === 0
            ? ''
            : `${percentile(watched.looks, 0.5)} (${percentile(watched.looks, 0.75)})`,
        ...Object.fromEntries(
          Object.entries(peers).map(([peer, called]) => [peer, share(called / watched.watches)]),
        ),
      };
    }),
  };
}

/** A cell as it was measured. */
export function cellOf(done: readonly MadeDone[], traffic: Traffic, times: number): MadeDone {
  const found = done.find(
    (one) =>
      one.times === times &&
      one.traffic.perSecond === traffic.perSecond &&
      one.traffic.bad === traffic.bad &&
      one.traffic.dispersion === traffic.dispersion,
  );
  if (found === undefined) throw new Error(`there is no cell ${JSON.stringify(traffic)} ×${times}`);
  return found;
}

/** The share of watches of a cell that ended with a verdict. */
export function of({ watched }: MadeDone, verdict: Verdict): number {
  return watched.verdicts[verdict] / watched.watches;
}

export function madeRequirements(done: readonly MadeDone[]): readonly Requirement[] {
  const harmless = done.filter(({ times }) => times === 1);
  const worst = harmless.toSorted((a, b) => lowerBound(b) - lowerBound(a))[0];
  if (worst === undefined) return [];
  const all = harmless.reduce((sum, one) => sum + of(one, 'degraded'), 0) / harmless.length;
  return [
    {
      what: `counts: harmless degraded at most 1 % in each of ${harmless.length} cells (95 % lower bound)`,
      measured: `${share(lowerBound(worst))} (${share(of(worst, 'degraded'))}) at ${nameOf(worst)}; ${share(all)} of all`,
      isKept: lowerBound(worst) <= 0.01,
    },
    ...DISPERSIONS.flatMap((dispersion) => {
      const at = (perSecond: number, times: number) =>
        cellOf(done, { perSecond, bad: 0.001, dispersion }, times);
      const [few, many] = [at(1, 3), at(1, 50)];
      return [
        atLeast(at(10, 3), 'degraded', LEAST[dispersion] ?? 1),
        atLeast(few, 'inconclusive', 0.8),
        {
          what: `counts: ${nameOf(few)} says how many requests are missing (or that it began before) wherever inconclusive`,
          measured: `${few.watched.explained} of ${few.watched.verdicts.inconclusive}`,
          isKept: few.watched.explained === few.watched.verdicts.inconclusive,
        },
        atLeast(many, 'degraded', 0.95),
        atLeast(at(100, 1), 'steady', 0.9),
        {
          what: `counts: ${nameOf(at(100, 2))} called steady at most 1 %`,
          measured: share(of(at(100, 2), 'steady')),
          isKept: of(at(100, 2), 'steady') <= 0.01,
        },
      ];
    }),
  ];
}

function atLeast(one: MadeDone, verdict: Verdict, least: number): Requirement {
  const found = of(one, verdict);
  return {
    what: `counts: ${nameOf(one)} ${verdict} at least ${share(least)}`,
    measured: share(found),
    isKept: found >= least,
  };
}

/** The lower end of the one-sided 95 % interval of the share called degraded (Wilson 1927). */
function lowerBound(one: MadeDone): number {
  const n = one.watched.watches;
  const p = of(one, 'degraded');
  const z = quantile(0.95, 0, 1);
  const middle = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return Math.max(0, (middle - half) / (1 + (z * z) / n));
}

function nameOf({ traffic: { perSecond, bad, dispersion }, times }: MadeDone): string {
  return `${perSecond}/s ${bad * 100} % dispersion ${dispersion} ${times === 1 ? 'harmless' : `×${times}`}`;
}
