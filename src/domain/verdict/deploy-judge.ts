import type { Instant, Range } from '../time.ts';
import { signalsOf, type WatchedSignal } from './deploy-signals.ts';
import type { DeployVerdict, SignalVerdict } from './deploy-verdict.ts';
import type { Observed } from './observed.ts';
import { isClearlyEarlier } from './onset.ts';
import { ordinaryMoments } from './ordinary.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import type { RatioFloor } from './ratio-moment.ts';
import { DEPLOY_ALARMS } from './spending.ts';
import { BEGAN_BEFORE, type Needs, type Onset, type PlaceboRank } from './verdict.ts';
import { excludedSteps, joined, type Place, placeOf, surroundingsOf } from './watched.ts';

/** What a deploy is judged by: the watch, what is not ordinary in the past, and by how much more failures matter. */
export type DeployCase = {
  readonly baseline: Range;
  readonly window: Range;
  /** Other deploys, incidents: not ordinary. */
  readonly disturbed: readonly Range[];
  readonly floor: RatioFloor;
  /** What began before this is not its doing: when its rollout began, or that of another deploy so shortly before that the two cannot be told apart. */
  readonly answersFrom: Instant;
};

/** The clearest signal has to stand out among the clearest of all but this share of ordinary moments. */
const JOINT_ALPHA = 0.01;

const BETWEEN = 'It moved by too little to be called worse, and by too much to be called the same.';

const MORE_TRAFFIC = 'There are more requests than before.';

/** What has to be shown unharmed for a deploy to be called steady: what people feel. */
const FELT = ['errorRatio', 'p50', 'p99'] as const;

/**
 * Judges a deploy by all its signals and looks together. `past` ends where `recent` begins, which holds baseline, rollout and what came after so far, with all bounds of the histogram. The same
 * steps give the same verdict, however often and whenever it is asked.
 */
export function judgeDeploy(past: Observed, recent: Observed, about: DeployCase): DeployVerdict {
  const { baseline, window, disturbed, floor } = about;
  const observed = joined(past, recent);
  const place = placeOf(observed, { baseline, window });
  const excluded = excludedSteps(observed, disturbed);
  const signals = signalsOf(observed, recent, place, { alpha: DEPLOY_ALARMS, floor, excluded });
  const judged = signals.map((signal) => ({
    signal,
    verdict: attributed(signal, observed, place, about),
  }));
  const worse = judged.filter(({ verdict }) => verdict.verdict === 'degraded');
  const placebo = worse.length === 0 ? undefined : jointRank(signals, place, excluded);
  if (placebo !== undefined && placebo.p > JOINT_ALPHA) {
    const reason = `Of ${placebo.n} ordinary moments ${placebo.rank} were as unusual.`;
    const taken = judged.map(({ verdict }) =>
      verdict.verdict === 'degraded'
        ? { ...verdict, verdict: 'inconclusive' as const, reasons: [reason] }
        : verdict,
    );
    return { ...overall(taken, place), placebo };
  }
  const verdict = overall(
    judged.map(({ verdict }) => verdict),
    place,
  );
  return placebo === undefined ? verdict : { ...verdict, placebo };
}

/** A signal's verdict with the time at which it changed, taken back where that was before the rollout. */
function attributed(
  signal: WatchedSignal,
  { times, step }: Observed,
  { moment, first, before }: Place,
  { baseline, answersFrom }: DeployCase,
): SignalVerdict {
  const { onset: _, ...said } = signal.judge();
  // The judge counts its looks from the moment on; the rollout lies between.
  const judgement =
    said.decidedAt === undefined ? said : { ...said, decidedAt: said.decidedAt + (first - moment) * step };
  const { measure, floor } = signal;
  // More requests than before are neither better nor worse.
  if (measure === 'rate' && judgement.verdict === 'improved')
    return { ...judgement, measure, floor, verdict: 'inconclusive', reasons: [MORE_TRAFFIC] };
  if (
    judgement.verdict !== 'degraded' &&
    judgement.verdict !== 'improved' &&
    !judgement.reasons.includes(BEGAN_BEFORE)
  )
    return { ...judgement, measure, floor };
  const found = signal.change();
  if (found === undefined) return { ...judgement, measure, floor };
  const { point, into } = found;
  const from = Math.max(0, moment - before);
  const onset: Onset = {
    at: (times[from + point.index] ?? 0) + Math.round(into * step),
    plusMinus: Math.max(1, point.around) * step,
  };
  if (judgement.verdict === 'inconclusive') return { ...judgement, measure, floor, onset };
  const shared = Math.ceil((baseline.to - answersFrom) / step);
  // The clock decides as well as the likelihood: what is said to have begun before cannot be said to be the deploy's.
  const isEarlier =
    isClearlyEarlier(point, moment - from - shared) || onset.at + onset.plusMinus < answersFrom;
  if (!isEarlier) return { ...judgement, measure, floor, onset };
  const { decidedAt: __, ...undecided } = judgement;
  return { ...undecided, measure, floor, onset, verdict: 'inconclusive', reasons: [BEGAN_BEFORE] };
}

/**
 * How the clearest signal of the watch ranks among the clearest of each ordinary moment. Each signal is rated by how far it passes what it may spend; one that passes more often than that in
 * its own past is rated by its own past instead, so that it does not speak for the others. `undefined` with too little history.
 */
function jointRank(
  signals: readonly WatchedSignal[],
  place: Place,
  excluded: Uint8Array,
): PlaceboRank | undefined {
  const { moment, before, planned } = place;
  const moments = ordinaryMoments(surroundingsOf(place, excluded), moment);
  const n = moments.length;
  if (n < FEWEST_MOMENTS) return undefined;
  const largest = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  let now = Number.NEGATIVE_INFINITY;
  for (const signal of signals) {
    const score = signal.scorer();
    const scores = Float64Array.from(moments, (at) => score(at));
    const allowed = scores.toSorted().at(-1 - Math.floor(signal.alpha * n)) ?? 0;
    const excess = Math.max(0, allowed);
    scores.forEach((one, i) => {
      largest[i] = Math.max(largest[i] ?? one, one - excess);
    });
    now = Math.max(now, signal.now() - excess);
  }
  const rank = largest.reduce((count, one) => count + (one >= now ? 1 : 0), 0);
  const span = (moments.at(-1) ?? 0) - (moments[0] ?? 0) + before + planned;
  const effective = Math.min(n, Math.max(1, Math.floor(span / (before + planned))));
  return { n, effective, rank, p: (1 + rank) / (1 + n) };
}

function overall(signals: readonly SignalVerdict[], place: Place): DeployVerdict {
  const of = (verdict: SignalVerdict['verdict']) => signals.filter((signal) => signal.verdict === verdict);
  const worse = of('degraded');
  if (worse.length > 0) {
    const decidedAt = Math.min(...worse.map(({ decidedAt = Number.POSITIVE_INFINITY }) => decidedAt));
    return {
      verdict: 'degraded',
      signals,
      ...(Number.isFinite(decidedAt) ? { decidedAt } : {}),
      ...onsetOf(worse),
      reasons: [],
    };
  }
  const felt = signals.filter(({ measure }) => FELT.some((one) => one === measure));
  const before = signals.filter(({ reasons }) => reasons.includes(BEGAN_BEFORE));
  if (before.length > 0)
    return { verdict: 'inconclusive', signals, ...onsetOf(before), reasons: [BEGAN_BEFORE] };
  const better = of('improved');
  if (better.length > 0 && felt.every(({ verdict }) => verdict !== 'inconclusive'))
    return { verdict: 'improved', signals, ...decidedOf(signals), ...onsetOf(better), reasons: [] };
  if (felt.length > 0 && felt.every(({ verdict }) => verdict === 'steady'))
    return { verdict: 'steady', signals, ...decidedOf(felt), reasons: [] };
  return { verdict: 'inconclusive', signals, ...needsOf(felt), reasons: whyUnsure(signals, felt, place) };
}

function whyUnsure(
  signals: readonly SignalVerdict[],
  felt: readonly SignalVerdict[],
  { seen, planned }: Place,
): readonly string[] {
  if (signals.length === 0) return ['Nothing was measured of this service.'];
  if (felt.length === 0) return ['Neither errors nor durations were measured.'];
  if (seen < planned) return [];
  const unsure = felt.filter(({ verdict }) => verdict === 'inconclusive');
  const isBetween = unsure.some(({ reasons, needs }) => reasons.length === 0 && needs === undefined);
  return [...new Set([...unsure.flatMap(({ reasons }) => reasons), ...(isBetween ? [BETWEEN] : [])])];
}

/** The beginning that is known best, of equal ones that of the clearest signal: what it moved most tells most exactly when. */
function onsetOf(signals: readonly SignalVerdict[]): { readonly onset?: Onset } {
  const clarity = ({ significance }: SignalVerdict) => significance?.p ?? 1;
  const [first] = signals
    .filter(({ onset }) => onset !== undefined)
    .toSorted((a, b) => (a.onset?.plusMinus ?? 0) - (b.onset?.plusMinus ?? 0) || clarity(a) - clarity(b));
  return first?.onset === undefined ? {} : { onset: first.onset };
}

function decidedOf(signals: readonly SignalVerdict[]): { readonly decidedAt?: number } {
  const known = signals.flatMap(({ decidedAt }) => decidedAt ?? []);
  return known.length === 0 ? {} : { decidedAt: Math.max(...known) };
}

/** What takes longest is missing most. */
function needsOf(signals: readonly SignalVerdict[]): { readonly needs?: Needs } {
  const [needs] = signals
    .flatMap(({ verdict, needs: one }) => (verdict !== 'inconclusive' || one === undefined ? [] : [one]))
    .toSorted((a, b) => b.takes - a.takes);
  return needs === undefined ? {} : { needs };
}
