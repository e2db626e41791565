import type { Measure } from '../signal.ts';
import { quantileIn } from './buckets.ts';
import { measured, middle } from './gauge-moment.ts';
import type { Observed } from './observed.ts';
import { type ChangePoint, changePointOf, rateChangePoint } from './onset.ts';
import { clumpingOf, scatterAround } from './scatter.ts';
import { isStepNotSlope } from './step-or-slope.ts';
import { boundsAround, type Counted, known, slowerThan, sumOf, withoutLoudest } from './stretch.ts';
import type { Onset } from './verdict.ts';

/**
 * Where a signal changed for good, to higher or lower. `gain` is how much likelier the change is than none, as a log likelihood ratio that scatter and what hangs together are taken out of.
 */
export type Began = Onset & { readonly measure: Measure; readonly higher: boolean; readonly gain: number };

/**
 * The largest log likelihood ratio among a hundred places is above this in less than one of three hundred stretches without a change (Andrews 1993, for the largest of a χ² process), so that three
 * signals together raise a false one in a hundred.
 */
const SIGNIFICANT = 8;

/** Without the one step that speaks loudest, a change still has to be so much likelier than none: a burst is none. */
const WITHOUT_LOUDEST = 4;

/** As in `onset.ts`: places within this of the best may be it as well (95 %). */
const WITHIN = 1.92;

/** A change whose place may be anywhere in more than this share of what was seen began at no time that could be told. */
const VAGUE = 0.25;

/** What changes by less is not worth a sentence: errors by half and half a thousandth of requests, durations by a fifth, all else by a quarter. */
const ERRORS = { factor: 1.5, absolute: 0.0005 };
const DURATION_FACTOR = 1.2;
const GAUGE_FACTOR = 1.25;

/** Reference steps whose quantiles choose which bounds a change of durations is looked for at. */
const REFERENCE = 1 / 3;

/** Quantiles whose bounds are looked at for each measure of durations. */
const LOOKED_AT: Readonly<
  Partial<Record<Measure, { readonly q: number; readonly shares: readonly number[] }>>
> = {
  p50: { q: 0.5, shares: [0.5] },
  p99: { q: 0.99, shares: [0.9, 0.99] },
};

/** Where each measure changed within what was observed; measures that did not, or that were not observed, have none. */
export function beganIn(observed: Observed, measures: readonly Measure[]): readonly Began[] {
  return measures.flatMap((measure) => {
    const found = beganOf(observed, measure);
    return found === undefined ? [] : [found];
  });
}

/** Whether two changes may be one moment, as far as both are certain. */
export function isTogether(a: Onset, b: Onset): boolean {
  return Math.abs(a.at - b.at) <= Math.max(a.plusMinus, b.plusMinus);
}

/** Signals that changed in the same direction at what may be one moment, with the clearest of them; in the order given. */
export function beganTogether(
  began: readonly Began[],
): readonly { readonly onset: Began; readonly measures: readonly Measure[] }[] {
  const groups: { readonly onset: Began; readonly measures: Measure[] }[] = [];
  for (const one of began) {
    const group = groups.find(({ onset }) => onset.higher === one.higher && isTogether(onset, one));
    if (group === undefined) groups.push({ onset: one, measures: [one.measure] });
    else group.measures.push(one.measure);
  }
  return groups;
}

function beganOf(observed: Observed, measure: Measure): Began | undefined {
  const gauge = observed.gauges[measure];
  if (gauge !== undefined) return gaugeBegan(observed, measure, gauge);
  if (measure === 'errorRatio' && observed.requests !== undefined) {
    const counts = known(observed.requests);
    const found = countsBegan(counts);
    return found !== undefined && errorsMatter(counts, found.index)
      ? told(observed, measure, found)
      : undefined;
  }
  const looked = LOOKED_AT[measure];
  const { durations } = observed;
  if (looked === undefined || durations === undefined) return undefined;
  const found = looked.shares
    .flatMap((share) => {
      const { above } = boundsAround(first(durations, observed.times.length * REFERENCE), share);
      const place = above === undefined ? undefined : countsBegan(slowerThan(durations, above));
      return place === undefined ? [] : [place];
    })
    .toSorted((a, b) => b.gain - a.gain)[0];
  return found !== undefined && durationsMatter(durations, looked.q, found)
    ? told(observed, measure, found)
    : undefined;
}

/** A place with how far off it may be in steps, its gain, and the direction. */
type Place = {
  readonly index: number;
  readonly around: number;
  readonly gain: number;
  readonly higher: boolean;
};

function countsBegan(counts: Counted): Place | undefined {
  const { bad, total } = counts;
  const rough = rateChangePoint(bad, total, 1);
  if (rough === undefined || rough.gain < SIGNIFICANT) return undefined;
  const found = rateChangePoint(bad, total, scatterAround(counts, rough.index));
  if (found === undefined || found.gain < SIGNIFICANT) return undefined;
  const { index } = found;
  const higher = rateIn(counts, index, bad.length) > rateIn(counts, 0, index);
  const quieter = withoutLoudest(counts, index, higher);
  const scatter = scatterAround(quieter, index);
  const kept = rateChangePoint(quieter.bad, quieter.total, scatter)?.gainAt(index) ?? 0;
  const rates = bad.map((count, i) => ((total[i] ?? 0) > 0 ? count / (total[i] ?? 1) : Number.NaN));
  if (kept < WITHOUT_LOUDEST || !isStepNotSlope(rates, total, index)) return undefined;
  return { index, around: found.around, gain: found.gain, higher };
}

function gaugeBegan(observed: Observed, measure: Measure, values: Float64Array): Began | undefined {
  const found = changePointOf(values);
  if (found === undefined) return undefined;
  const { index } = found;
  const [was, is] = [measured(values, 0, index), measured(values, index, values.length)];
  const clumping = clumpingOf([was, is]);
  const gain = found.gain / clumping;
  const [before, after] = [middle(was), middle(is)];
  if (gain < SIGNIFICANT || !isFactor(before, after, GAUGE_FACTOR)) return undefined;
  if (!isStepNotSlope(values, new Float64Array(values.length).fill(1), index)) return undefined;
  const around = aroundOf(found, values.length, WITHIN * clumping);
  return told(observed, measure, { index, around, gain, higher: after > before });
}

function aroundOf({ index, gain, gainAt }: ChangePoint, steps: number, within: number): number {
  let around = 0;
  for (let at = 0; at < steps; at += 1)
    if (gain - gainAt(at) <= within) around = Math.max(around, Math.abs(at - index));
  return around;
}

function told({ times, step }: Observed, measure: Measure, place: Place): Began | undefined {
  const at = times[place.index];
  if (at === undefined || place.around > VAGUE * times.length) return undefined;
  const { higher, gain } = place;
  return { measure, at, plusMinus: Math.max(1, place.around) * step, higher, gain };
}

function errorsMatter(counts: Counted, index: number): boolean {
  const [was, is] = [rateIn(counts, 0, index), rateIn(counts, index, counts.bad.length)];
  return isFactor(was, is, ERRORS.factor) && Math.abs(is - was) >= ERRORS.absolute;
}

function durationsMatter(
  durations: NonNullable<Observed['durations']>,
  q: number,
  { index, higher }: Place,
): boolean {
  const was = quantileWithin(durations, q, 0, index);
  const is = quantileWithin(durations, q, index, durations.total.length);
  return was !== undefined && is !== undefined && is > was === higher && isFactor(was, is, DURATION_FACTOR);
}

function isFactor(was: number, is: number, factor: number): boolean {
  return is !== was && (is >= was * factor || is <= was / factor);
}

function rateIn({ bad, total }: Counted, from: number, to: number): number {
  const all = sumOf(total.subarray(from, to));
  return all > 0 ? sumOf(bad.subarray(from, to)) / all : 0;
}

/** A quantile of the requests of a stretch of steps, in seconds. */
function quantileWithin(
  durations: NonNullable<Observed['durations']>,
  q: number,
  from: number,
  to: number,
): number | undefined {
  const slower = durations.bounds.map((_, i) => sumOf(slowerThan(durations, i).bad.subarray(from, to)));
  const all = sumOf(known({ bad: durations.total, total: durations.total }).total.subarray(from, to));
  const counts = [...slower, 0].map((count, i) =>
    Math.max(0, (i === 0 ? all : (slower[i - 1] ?? 0)) - count),
  );
  return quantileIn([...durations.bounds, Number.POSITIVE_INFINITY], counts, q);
}

/** The first steps alone. */
function first(
  durations: NonNullable<Observed['durations']>,
  steps: number,
): NonNullable<Observed['durations']> {
  const cut = (values: Float64Array) => values.subarray(0, Math.max(1, Math.floor(steps)));
  return { bounds: durations.bounds, total: cut(durations.total), slower: durations.slower.map(cut) };
}
