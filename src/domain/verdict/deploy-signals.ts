import type { Measure } from '../signal.ts';
import { quantileIn, sum } from './buckets.ts';
import type { Floor } from './deploy-verdict.ts';
import { createGaugeJudge } from './gauge.ts';
import { measured, middle } from './gauge-moment.ts';
import { inSeconds, QUANTILE_FLOOR, shareFloor } from './histogram.ts';
import type { Observed } from './observed.ts';
import { type ChangePoint, changePointOf, rateChangePoint } from './onset.ts';
import { createRatioJudge } from './ratio.ts';
import { RATIO_FLOOR, type RatioFloor, scatterAt } from './ratio-moment.ts';
import type { Judgement, Worse } from './verdict.ts';
import { bucketsIn, isSame, type Place, surroundingsOf, WATCHED_QUANTILES } from './watched.ts';
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
  change(): Change | undefined;
};

export type Change = { readonly point: ChangePoint; readonly into: number };

/** A service of which so much may fail that it matters: half of what the strictest objective allows, within bounds. */
export function errorFloor(objectives: readonly number[]): RatioFloor {
  if (objectives.length === 0) return RATIO_FLOOR;
  const allowed = 1 - Math.max(...objectives);
  return { relative: RATIO_FLOOR.relative, absolute: Math.min(0.005, Math.max(0.00005, allowed / 2)) };
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
  { alpha, floor, excluded }: { alpha: number; floor: RatioFloor; excluded: Uint8Array },
): readonly WatchedSignal[] {
  const gauges = Object.keys(observed.gauges) as Measure[];
  const quantiles = observed.durations === undefined ? [] : WATCHED_QUANTILES.map(({ measure }) => measure);
  const counted: readonly Measure[] = [
    ...(observed.requests === undefined ? [] : ['errorRatio' as const]),
    ...quantiles,
  ];
  const measures = [...counted, ...gauges.filter((measure) => !counted.includes(measure))];
  return measures.flatMap((measure): readonly WatchedSignal[] => {
    const rules = { place, excluded, alpha: alphaOf(measure, measures, alpha) };
    const quantile = WATCHED_QUANTILES.find((one) => one.measure === measure);
    if (measure === 'errorRatio' && observed.requests !== undefined)
      return [countSignal(measure, observed, observed.requests, { ...rules, floor })];
    if (quantile !== undefined && observed.durations !== undefined)
      return durationSignal(quantile, observed, recent, rules);
    const values = observed.gauges[measure];
    return values === undefined ? [] : [gaugeSignal(measure, observed, values, rules)];
  });
}

type Rules = { readonly place: Place; readonly excluded: Uint8Array; readonly alpha: number };

type Columns = { readonly bad: Float64Array; readonly total: Float64Array };

function countSignal(
  measure: Measure,
  { times, step }: Observed,
  columns: Columns,
  { place, excluded, alpha, floor }: Rules & { floor: RatioFloor },
): WatchedSignal {
  const ratio = { times, step, ...knownTogether(columns) };
  const rules = { ...surroundingsOf(place, excluded), worse: 'higher' as const, floor, alpha };
  const judge = createRatioJudge(ratio, rules);
  const { moment, first, seen, before } = place;
  const within = (from: number, to: number) => ({
    bad: ratio.bad.subarray(Math.max(0, from), to),
    total: ratio.total.subarray(Math.max(0, from), to),
  });
  const after = within(first, first + seen);
  return {
    ...{ measure, alpha, floor },
    judge: () => judge.judge(moment, after),
    scorer: () => judge.scorer(moment),
    now: () => judge.scorer(moment)(moment, after),
    change: () => {
      const { bad, total } = within(moment - before, first + seen);
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
  const stretches = {
    was: bucketsIn(recent, { from: at(moment - before), to: at(moment) }),
    is: bucketsIn(recent, { from: at(first), to: at(first + seen) }),
  };
  const bounds = [...(recent.durations?.bounds ?? []), Number.POSITIVE_INFINITY];
  const bound = boundAbove(bounds, stretches.was, share);
  const slower = observed.durations?.slower[observed.durations.bounds.findIndex((one) => isSame(one, bound))];
  const total = observed.durations?.total;
  if (slower === undefined || total === undefined || stretches.was === undefined) return [];
  const signal = countSignal(
    measure,
    observed,
    { bad: slower, total },
    { ...rules, floor: shareFloor(share) },
  );
  const moved = {
    was: quantileIn(bounds, stretches.was, share),
    is: stretches.is === undefined ? undefined : quantileIn(bounds, stretches.is, share),
  };
  return [
    {
      ...signal,
      floor: { relative: QUANTILE_FLOOR },
      judge: () => inSeconds(signal.judge(), moved, share, QUANTILE_FLOOR),
    },
  ];
}

/** The first bound at which a share of requests is reached; NaN where that is the last, of which nothing is slower. */
function boundAbove(bounds: readonly number[], counts: readonly number[] | undefined, share: number): number {
  const all = (counts ?? []).reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bucket, count] of (counts ?? []).entries()) {
    below += count;
    if (all > 0 && below >= share * all) return bounds[bucket] ?? Number.NaN;
  }
  return Number.NaN;
}

function gaugeSignal(
  measure: Measure,
  { times, step }: Observed,
  values: Float64Array,
  { place, excluded, alpha }: Rules,
): WatchedSignal {
  const { moment, first, seen, before } = place;
  const gauge = { times, step, values };
  const judge = createGaugeJudge(gauge, { ...surroundingsOf(place, excluded), ...GAUGES[measure], alpha });
  const after = values.subarray(first, first + seen);
  return {
    ...{ measure, alpha, floor: { relative: GAUGES[measure].floor } },
    judge: () => judge.judge(moment, after),
    scorer: () => judge.scorer(moment),
    now: () => judge.scorer(moment)(moment, after),
    change: () => {
      const whole = values.subarray(Math.max(0, moment - before), first + seen);
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
