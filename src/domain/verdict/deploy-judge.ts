import { explain } from '../problem.ts';
import { isMeasure } from '../signal.ts';
import type { Instant, Range } from '../time.ts';
import { attributed } from './attributed.ts';
import { signalsOf, type WatchedSignal } from './deploy-signals.ts';
import type { DeployVerdict, SignalVerdict } from './deploy-verdict.ts';
import { jointRank } from './joint.ts';
import type { Observed } from './observed.ts';
import type { RatioFloor } from './ratio-moment.ts';
import { DEPLOY_ALARMS } from './spending.ts';
import { BEGAN_BEFORE, type Needs, type Onset } from './verdict.ts';
import { excludedSteps, joined, knownSteps, type Place, placeOf, surroundingsOf } from './watched.ts';

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

/** What was as unusual at the same time on so many of the last days belongs to the time of day. */
const FEWEST_DAYS = 2;

/** The clearest signal has to stand out among the clearest of all but this share of ordinary moments. */
const JOINT_ALPHA = 0.01;

const BETWEEN = 'It moved by too little to be called worse, and by too much to be called the same.';

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
  const marks = { excluded: excludedSteps(observed, disturbed), known: knownSteps(observed) };
  const signals = signalsOf(observed, recent, place, { alpha: DEPLOY_ALARMS, floor, past: marks });
  const judged = [
    ...signals.map((signal) => attributed(signal, observed, place, about)),
    ...unanswered(observed, signals),
  ];
  const isWorse = judged.some(({ verdict }) => verdict === 'degraded');
  const joint = isWorse
    ? jointRank(signals, surroundingsOf(place, marks), place.moment, observed.step)
    : undefined;
  if (joint === undefined) return overall(judged, place);
  const { placebo, suffices, days } = joint;
  const usual =
    days >= FEWEST_DAYS
      ? `It was so at this time of day on ${days} of the last 7 days.`
      : (suffices ? placebo.p > JOINT_ALPHA : placebo.rank > 0)
        ? `Of ${placebo.n} ordinary moments ${placebo.rank} were as unusual.`
        : undefined;
  const taken =
    usual === undefined
      ? judged
      : judged.map((one) =>
          one.verdict === 'degraded' ? { ...one, verdict: 'inconclusive' as const, reasons: [usual] } : one,
        );
  return { ...overall(taken, place), ...(suffices ? { placebo } : {}) };
}

/** Signals that were asked for, and of which nothing was told because something went wrong: they are not known to be well. */
function unanswered(
  { queries, problems }: Observed,
  signals: readonly WatchedSignal[],
): readonly SignalVerdict[] {
  const [problem] = problems.filter(({ code }) => code !== 'prometheus-partial');
  if (problem === undefined) return [];
  const asked = new Set(queries.map(({ line }) => line).filter(isMeasure));
  for (const { measure } of signals) asked.delete(measure);
  return [...asked].map((measure) => ({
    ...{ measure, verdict: 'inconclusive', looks: 0, floor: { relative: 0 } },
    reasons: [explain(problem)],
  }));
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
  if (seen < planned)
    return [...new Set(felt.filter(({ looks }) => looks === 0).flatMap(({ reasons }) => reasons))];
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
