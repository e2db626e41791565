import { createGaugeJudge } from '#domain/verdict/gauge.ts';
import type { Traffic } from '../../test/domain/verdict/made.ts';
import { ordinaryOf, type RealSeries, readReal, realRules } from '../../test/domain/verdict/real.ts';
import { type Watched, watched } from '../../test/domain/verdict/simulated.ts';
import { PEERS } from './peers.ts';

/** What a worker is asked: the watches of one real series, or of one made service. */
export type Job =
  | { readonly kind: 'real'; readonly name: string; readonly moments: number; readonly first: number }
  | { readonly kind: 'made'; readonly traffic: Traffic; readonly times: number; readonly watches: number };

/** What our own rule is called. */
export const OURS = 'Bellbuoy';

export type Done = RealDone | MadeDone;

/** By rule and size of the shift: how many moments were called worse. `steps` is when ours was, of those called. */
export type RealDone = {
  readonly kind: 'real';
  readonly name: string;
  readonly moments: number;
  readonly called: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly steps: Readonly<Record<string, readonly number[]>>;
  /** Of found twofold shifts: how many have their onset within two steps. */
  readonly onset: number;
  /** Twofold shifts that began five steps before: how many were tried and called. */
  readonly early: { readonly tried: number; readonly called: number; readonly didSay: number };
};

export type MadeDone = {
  readonly kind: 'made';
  readonly traffic: Traffic;
  readonly times: number;
  readonly watched: Watched;
  readonly peers: Readonly<Record<string, number>>;
};

/** Sizes of shifts; 1 is an ordinary moment. */
export const REAL_SHIFTS = [1, 1.25, 1.5, 2, 3, 5] as const;

const HISTORY = 10_080;

export function run(job: Job): Done {
  return job.kind === 'real' ? real(job) : made(job);
}

function real({ name, moments: most, first }: Extract<Job, { kind: 'real' }>): RealDone {
  const series = readReal(name);
  const rules = realRules(series);
  const judge = createGaugeJudge(series, rules);
  const moments = ordinaryOf(series, first, most);
  const called: Record<string, Record<string, number>> = {};
  const steps: Record<string, number[]> = {};
  let onset = 0;
  const count = (rule: string, shift: number, is: boolean) => {
    called[rule] ??= {};
    called[rule][shift] = (called[rule][shift] ?? 0) + (is ? 1 : 0);
  };
  for (const shift of REAL_SHIFTS) {
    for (const moment of moments) {
      const after = series.values.slice(moment, moment + rules.after).map((value) => value * shift);
      const found = judge.judge(moment, after);
      const begun = series.times[moment] ?? 0;
      const isCalled = found.verdict === 'degraded';
      count(OURS, shift, isCalled);
      if (isCalled) {
        steps[shift] ??= [];
        steps[shift].push(Math.round(((found.decidedAt ?? 0) - begun) / series.step));
        if (shift === 2 && Math.abs((found.onset?.at ?? 0) - begun) <= 2.01 * series.step) onset += 1;
      }
      const before = [...series.values.subarray(moment - rules.before, moment)];
      for (const [peer, calls] of Object.entries(PEERS)) count(peer, shift, calls(before, [...after]));
    }
  }
  const early = earlyShifts(series, moments);
  return { kind: 'real', name, moments: moments.length, called, steps, onset, early };
}

/** Steps before the moment at which a change that is not its own begins. */
const BEGUN = 5;

/** Every fifth moment, had a twofold shift begun five steps before it. */
function earlyShifts(series: RealSeries, moments: readonly number[]): RealDone['early'] {
  const rules = realRules(series);
  let [tried, called, didSay] = [0, 0, 0];
  for (let i = 0; i < moments.length; i += 5) {
    const moment = moments[i] ?? 0;
    const from = Math.max(0, moment - rules.history - 7 * Math.ceil(86_400_000 / series.step));
    const values = series.values
      .slice(from, moment + rules.after)
      .map((value, at) => (at >= moment - BEGUN - from ? value * 2 : value));
    const gauge = { ...series, times: series.times.slice(from), values };
    const found = createGaugeJudge(gauge, rules).judge(moment - from);
    tried += 1;
    if (found.verdict === 'degraded') called += 1;
    if (found.reasons.some((reason) => reason.includes('began to change before'))) didSay += 1;
  }
  return { tried, called, didSay };
}

function made({ traffic, times, watches }: Extract<Job, { kind: 'made' }>): MadeDone {
  const peers: Record<string, number> = {};
  for (const peer of Object.keys(PEERS)) peers[peer] = 0;
  const seed = Math.round(traffic.perSecond * 7919 + traffic.bad * 1e6 + traffic.dispersion * 10 + times);
  const found = watched(
    traffic,
    times,
    { watches, history: HISTORY, seed },
    ({ made: series, moment, after }) => {
      const before = {
        bad: series.bad.subarray(moment - 30, moment),
        total: series.total.subarray(moment - 30, moment),
      };
      for (const [peer, calls] of Object.entries(PEERS))
        if (calls(perMinute(before), perMinute(after))) peers[peer] = (peers[peer] ?? 0) + 1;
    },
  );
  return { kind: 'made', traffic, times, watched: found, peers };
}

function perMinute({ bad, total }: { readonly bad: Float64Array; readonly total: Float64Array }): number[] {
  return [...bad].map((b, i) => b / (total[i] ?? 0)).filter(Number.isFinite);
}
