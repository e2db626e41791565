import type { Measure } from '../signal.ts';
import { bucketOf, quantileIn, sum } from './buckets.ts';
import type { Floor } from './deploy-verdict.ts';
import { createGaugeJudge } from './gauge.ts';
import { measured, middle } from './gauge-moment.ts';
import { inSeconds, QUANTILE_FLOOR, shareFloors } from './histogram.ts';
import type { Observed } from './observed.ts';
import { type ChangePoint, changePointOf, rateChangePoint } from './onset.ts';
import { createRatioJudge } from './ratio.ts';
import { RATIO_FLOOR, type RatioFloor, scatterAt } from './ratio-moment.ts';
import type { Judgement, Worse } from './verdict.ts';
import {
  boundFor,
  bucketsIn,
  isSame,
  type Past,
  type Place,
  surroundingsOf,
  WATCHED_QUANTILES,
} from './watched.ts';
import { stepsIntoChange } from './within-step.ts';

/**
 * One signal of a watched service, ready to be judged. `scorer` rates any moment on the signal's own scale of what it may spend, `now` the watch itself; `change` is where it changed,
 * counted in steps from the beginning of the baseline, and `into` how far into its first step.
 */
export type WatchedSignal = {
  readonly measure: Measure;
  readonly alpha: number;
  readonly floor: Floor;
  judge(): Judgement;
  scorer(): (at: number) => number;
  now(): number;
  /** By what was known after so many steps of the watch. */
  change(steps: number): Change | undefined;
};

export type Change = { readonly point: ChangePoint; readonly into: number };

/** A rise by so many times what an objective allows burns the budget fast, however much failed before. */
const FAST_BURN = 5;

/** How much more has to fail to matter: half as many again and half of what the strictest objective allows, within bounds; or five times what it allows. */
export function errorFloor(objectives: readonly number[]): RatioFloor {
  if (objectives.length === 0) return RATIO_FLOOR;
  const allowed = 1 - Math.max(...objectives);
  return {
    relative: RATIO_FLOOR.relative,
    absolute: Math.min(0.005, Math.max(0.00005, allowed / 2)),
    enough: FAST_BURN * allowed,
  };
}

/** How the false alarms of a watch are shared out: most to what people feel. Saturation shares one part. */
const WEIGHTS: Readonly<Record<Measure, number>> = {
  ...{ errorRatio: 5, p99: 2, p50: 2, rate: 1 },
  ...{ cpu: 0.25, memory: 0.25, restarts: 0.25, throttling: 0.25 },
};

/** Of gauges, what matters, as a share of the value before, and which direction is worse. More traffic harms nobody by itself. */
const GAUGES: Readonly<Record<Measure, { readonly floor: number; readonly worse: Worse }>> = {
  errorRatio: { floor: 0.5, worse: 'higher' },
  p50: { floor: QUANTILE_FLOOR, worse: 'higher' },
  p99: { floor: QUANTILE_FLOOR, worse: 'higher' },
  rate: { floor: 0.25, worse: 'lower' },
  cpu: { floor: 0.5, worse: 'higher' },
  memory: { floor: 0.5, worse: 'higher' },
  restarts: { floor: 0.5, worse: 'higher' },
  throttling: { floor: 0.5, worse: 'higher' },
};

/** What one of the measures that are there may spend of the false alarms of all. */
export function alphaOf(measure: Measure, measures: readonly Measure[], alpha: number): number {
  return (alpha * WEIGHTS[measure]) / measures.reduce((all, one) => all + WEIGHTS[one], 0);
}

/** What can be judged of what was observed, `alpha` (a share of harmless watches) split between the signals that are there. `recent` has all bounds of the histogram. */
export function signalsOf(
  observed: Observed,
  recent: Observed,
  place: Place,
  { alpha, floor, past }: { alpha: number; floor: RatioFloor; past: Past },
): readonly WatchedSignal[] {
  const gauges = Object.keys(observed.gauges) as Measure[];
  const quantiles = observed.durations === undefined ? [] : WATCHED_QUANTILES.map(({ measure }) => measure);
  const counted: readonly Measure[] = [
    ...(observed.requests === undefined ? [] : ['errorRatio' as const]),
    ...quantiles,
  ];
  const measures = [...counted, ...gauges.filter((measure) => !counted.includes(measure))];
  return measures.flatMap((measure): readonly WatchedSignal[] => {
    const rules = { place, past, alpha: alphaOf(measure, measures, alpha) };
    const quantile = WATCHED_QUANTILES.find((one) => one.measure === measure);
    if (measure === 'errorRatio' && observed.requests !== undefined)
      return [countSignal(measure, observed, observed.requests, { ...rules, floors: { floor } })];
    if (quantile !== undefined && observed.durations !== undefined)
      return durationSignal(quantile, observed, recent, rules);
    const values = observed.gauges[measure];
    if (values === undefined) return [];
    return measure === 'errorRatio'
      ? [ownRatio(gaugeSignal(measure, observed, withoutFailures(values, observed), rules), floor)]
      : [gaugeSignal(measure, observed, values, rules)];
  });
}

type Rules = { readonly place: Place; readonly past: Past; readonly alpha: number };

type Floors = { readonly floor: RatioFloor; readonly steadyFloor?: RatioFloor };

type Columns = { readonly bad: Float64Array; readonly total: Float64Array };

function countSignal(
  measure: Measure,
  { times, step }: Observed,
  columns: Columns,
  { place, past, alpha, floors }: Rules & { floors: Floors },
): WatchedSignal {
  const ratio = { times, step, ...knownTogether(columns) };
  const rules = { ...surroundingsOf(place, past), worse: 'higher' as const, ...floors, alpha };
  const judge = createRatioJudge(ratio, rules);
  const { moment, first, seen, before } = place;
  const within = (from: number, to: number) => ({
    bad: ratio.bad.subarray(Math.max(0, from), to),
    total: ratio.total.subarray(Math.max(0, from), to),
  });
  const after = within(first, first + seen);
  return {
    ...{ measure, alpha, floor: floors.floor },
    judge: () => judge.judge(moment, after),
    scorer: () => judge.scorer(moment),
    now: () => judge.scorer(moment)(moment, after),
    change: (steps) => {
      const { bad, total } = within(moment - before, first + steps);
      const point = rateChangePoint(bad, total, scatterAt({ ratio, rules }, moment));
      if (point === undefined) return undefined;
      const rate = (from: number, to: number) => sum(bad.subarray(from, to)) / sum(total.subarray(from, to));
      const levels = { before: rate(0, point.index - 1), after: rate(point.index + 1, bad.length) };
      return { point, into: stepsIntoChange(point.index, (i) => rate(i, i + 1), levels) };
    },
  };
}

function durationSignal(
  { measure, share }: (typeof WATCHED_QUANTILES)[number],
  observed: Observed,
  recent: Observed,
  rules: Rules,
): readonly WatchedSignal[] {
  const { times, step } = observed;
  const { moment, first, seen, before } = rules.place;
  const at = (index: number) => times[index] ?? (times.at(-1) ?? 0) + step;
  const quantile = (counts: readonly number[] | undefined) =>
    counts === undefined ? undefined : quantileIn(bounds, counts, share);
  const was = bucketsIn(recent, { from: at(moment - before), to: at(moment) });
  const bounds = [...(recent.durations?.bounds ?? []), Number.POSITIVE_INFINITY];
  const bound = was === undefined ? undefined : boundFor(bounds.slice(0, -1), was, share);
  const index = observed.durations?.bounds.findIndex((one) => isSame(one, bound ?? Number.NaN)) ?? -1;
  const slower = observed.durations?.slower[index];
  const total = observed.durations?.total;
  if (slower === undefined || total === undefined || was === undefined) return [];
  const floors = shareFloors(share);
  const signal = countSignal(measure, observed, { bad: slower, total }, { ...rules, floors });
  const isBeyond = bucketOf(was, share) === undefined;
  return [
    {
      ...signal,
      floor: { relative: QUANTILE_FLOOR },
      judge() {
        const judgement = signal.judge();
        // What is decided at a look is told by what was known there, so that it stays decided.
        const isDecided = judgement.verdict === 'degraded' || judgement.verdict === 'improved';
        const to = first + (isDecided ? Math.min(seen, judgement.looks) : seen);
        const is = quantile(bucketsIn(recent, { from: at(first), to: at(to) }));
        return inSeconds(judgement, { was: quantile(was), is, isBeyond }, share, QUANTILE_FLOOR);
      },
    },
  ];
}

/** PromQL that divides failures by all requests has no value where none failed: with requests that is nought. */
function withoutFailures(values: Float64Array, { gauges: { rate } }: Observed): Float64Array {
  return values.map((value, i) => (Number.isNaN(value) && (rate?.[i] ?? 0) > 0 ? 0 : value));
}

/** A ratio of the service's own has to move by as many of all requests as counted failures would. */
function ownRatio(signal: WatchedSignal, floor: RatioFloor): WatchedSignal {
  return {
    ...signal,
    floor,
    judge() {
      const judgement = signal.judge();
      const moved = Math.abs(judgement.effect?.absolute ?? 0);
      const isChange = judgement.verdict === 'degraded' || judgement.verdict === 'improved';
      return isChange && moved < floor.absolute
        ? { ...judgement, verdict: 'steady', reasons: ['It moved by less than matters.'] }
        : judgement;
    },
  };
}

function gaugeSignal(
  measure: Measure,
  { times, step }: Observed,
  values: Float64Array,
  { place, past, alpha }: Rules,
): WatchedSignal {
  const { moment, first, seen, before } = place;
  const gauge = { times, step, values };
  const judge = createGaugeJudge(gauge, { ...surroundingsOf(place, past), ...GAUGES[measure], alpha });
  const after = values.subarray(first, first + seen);
  return {
    ...{ measure, alpha, floor: { relative: GAUGES[measure].floor } },
    judge: () => judge.judge(moment, after),
    scorer: () => judge.scorer(moment),
    now: () => judge.scorer(moment)(moment, after),
    change: (steps) => {
      const whole = values.subarray(Math.max(0, moment - before), first + steps);
      const point = changePointOf(whole);
      if (point === undefined) return undefined;
      const levelOf = (from: number, to: number) => middle(measured(whole, from, to));
      const levels = { before: levelOf(0, point.index - 1), after: levelOf(point.index + 1, whole.length) };
      return { point, into: stepsIntoChange(point.index, (i) => whole[i] ?? Number.NaN, levels) };
    },
  };
}

/** A step of which only one count is known says nothing. */
function knownTogether({ bad, total }: Columns): Columns {
  const isKnown = (i: number) => Number.isFinite(bad[i]) && Number.isFinite(total[i]);
  return {
    bad: bad.map((value, i) => (isKnown(i) ? value : 0)),
    total: total.map((value, i) => (isKnown(i) ? value : 0)),
  };
}
