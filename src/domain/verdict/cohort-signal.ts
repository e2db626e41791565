import { present } from '../optional.ts';
import type { Measure } from '../signal.ts';
import type { Duration } from '../time.ts';
import type { Cohorts, Interval } from './cohort.ts';
import { aloneIn, MOST_ALONE } from './cohort-alone.ts';
import { ceasedFor, inWords } from './cohort-ceased.ts';
import { type Cells, pooled, sumsOf } from './cohort-cells.ts';
import { type Evidence, evidenceOf } from './cohort-evidence.ts';
import { type Gross, grossHarm } from './cohort-gross.ts';
import { HARMLESS, type Harmless, harmlessOf, isHigherBy } from './cohort-margin.ts';
import { LONGEST, needsOf } from './cohort-needs.ts';
import type { CohortSignal } from './cohort-verdict.ts';
import type { Floor } from './deploy-verdict.ts';
import type { RatioFloor } from './ratio-moment.ts';
import type { Effect, Verdict } from './verdict.ts';

/** What a signal did after so many steps, in its own unit, and whether that matters. */
export type Moved = {
  readonly effect: Effect;
  readonly intervals: { readonly on: Interval; readonly off: Interval };
  /** Worse, or better, by what matters; close where it is neither, unsure where what was counted and what it tells disagree. */
  readonly direction: 'worse' | 'better' | 'close' | 'unsure';
  readonly reasons: readonly string[];
};

/**
 * How a signal is judged: `alpha` is what it may spend on false alarms; `steady` is the floor that shares of requests are shown to stay below; `moved` is asked of the steps from one on, for later ends only.
 */
export type SignalRules = {
  readonly measure: Measure;
  readonly alpha: number;
  readonly floor: Floor;
  readonly steady: RatioFloor;
  readonly moved: (
    begin: number,
  ) => (end: number, strata: readonly Cohorts[], scatter: number) => Moved | undefined;
  readonly slowerThan?: number;
  /** After so many steps it can be judged; at once where absent. */
  readonly settled?: number;
};

/** Before so many steps, and so many bad events (times their scatter) where there are more, nothing is called worse or better: that would be an accident of a few requests. */
const FEWEST_STEPS = 3;
const FEWEST_EVENTS = 5;

/** What is said where a signal is neither, and more requests would not tell soon. */
const BETWEEN = 'It differs by too little to be called worse, and by too much to be called the same.';
const TOO_SOON = `Fewer than ${FEWEST_STEPS} steps are over.`;
const UNSETTLED = 'Too few requests without the flag have told how long they take.';
const ONE_SIDED = 'It was not counted both with the flag and without it.';
const TOO_SLOW = 'At this pace it would take more than 30 days to tell: too few requests have the flag.';

/** While it has begun to look worse (as unlikely as 5 % were it not), nothing is called well. */
const DOUBT = Math.log(20);

/** The steps from `begin` up to `end` (not included) that a verdict is told by. */
type Stretch = { readonly begin: number; readonly end: number; readonly gross?: Gross };

/** Judges bad events of those with the flag beside those without it. */
export function judgeSignal(cells: Cells, rules: SignalRules): CohortSignal {
  const evidence = evidenceOf(cells);
  const looks = cells.times.length;
  const whole = { begin: 0, end: looks };
  const degraded = earlier(lookOf(cells, evidence, rules, 'worse'), grossly(cells, rules));
  if (degraded !== undefined) return told(cells, evidence, rules, degraded, 'degraded', degraded.end - 1);
  const improved = lookOf(cells, evidence, rules, 'better');
  const now = rules.moved(0)(looks, sumsOf(cells), evidence.scatter[looks - 1] ?? 1);
  if (now === undefined) return undecided(cells, evidence, rules);
  const ceased = ceasedFor(cells);
  if (ceased !== undefined) {
    const open = undecided(cells, evidence, rules, now);
    return { ...open, reasons: [...open.reasons, `Nothing was told with the flag for the last ${ceased}.`] };
  }
  if (improved !== undefined && now.direction === 'better')
    return told(cells, evidence, rules, whole, 'improved', improved.end - 1);
  const harmless = harmlessOf(cells, rules.steady, evidence.scatter);
  const since = harmless === undefined ? undefined : heldSince(harmless);
  const isInDoubt = (evidence.worse[looks - 1]?.log ?? 0) >= DOUBT;
  const isSteady =
    since !== undefined &&
    !isInDoubt &&
    looks >= (rules.settled ?? 0) &&
    (evidence.steps[looks - 1] ?? 0) >= FEWEST_STEPS;
  if (isSteady && now.direction === 'close') return told(cells, evidence, rules, whole, 'steady', since);
  const open = undecided(cells, evidence, rules, now, harmless);
  return isInDoubt ? { ...open, reasons: [...open.reasons, DOUBTFUL] } : open;
}

const DOUBTFUL = 'Lately it looks worse than before.';

/** The first look at which evidence, effect and number of events suffice, and the steps that the evidence is of. */
function lookOf(
  cells: Cells,
  { scatter, steps, ...evidence }: Evidence,
  { alpha, moved, settled = 0 }: SignalRules,
  direction: 'worse' | 'better',
): Stretch | undefined {
  const bar = Math.log(1 / alpha);
  for (const [look, { log, from }] of evidence[direction].entries()) {
    if (look < settled - 1 || !(log >= bar) || (steps[look] ?? 0) < FEWEST_STEPS) continue;
    const strata = sumsOf(cells, look + 1, from);
    const { on, off } = pooled(strata);
    const by = scatter[look] ?? 1;
    // Fewer with the flag are told by how many there would have been.
    const events = direction === 'worse' ? on.bad : (off.bad / off.total) * on.total;
    if (events >= FEWEST_EVENTS * by && moved(from)(look + 1, strata, by)?.direction === direction)
      return { begin: from, end: look + 1 };
  }
  return undefined;
}

/** Harm that needs no bet, where the signal itself moved by what matters. */
function grossly(cells: Cells, { measure, moved, settled = 0 }: SignalRules): Stretch | undefined {
  const gross = grossHarm(cells);
  if (gross === undefined || gross.end < settled) return undefined;
  const { begin, end } = gross;
  const strata = sumsOf(cells, end, begin);
  const isWorse = moved(begin)(end, strata, 1)?.direction === 'worse';
  // A page that only the flag has may be a slower one; that it fails is nobody's wish.
  const isAlone = measure === 'errorRatio' && aloneIn(strata).share > MOST_ALONE;
  return isWorse || isAlone ? { begin, end, gross } : undefined;
}

function earlier(a: Stretch | undefined, b: Stretch | undefined): Stretch | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.end < a.end ? b : a;
}

/** The look from which on the evidence has been enough. */
function heldSince({ evidence }: Harmless): number | undefined {
  let since: number | undefined;
  for (let look = evidence.length - 1; look >= 0 && (evidence[look] ?? 0) >= HARMLESS; look -= 1)
    since = look;
  return since;
}

/** A verdict by what was known of a stretch. */
function told(
  cells: Cells,
  evidence: Evidence,
  rules: SignalRules,
  { begin, end, gross }: Stretch,
  verdict: Verdict,
  decided?: number,
): CohortSignal {
  const { measure, floor, slowerThan } = rules;
  const strata = sumsOf(cells, end, begin);
  const scatter = evidence.scatter[end - 1] ?? 1;
  const counts = pooled(strata);
  const moved = rules.moved(begin)(end, strata, scatter);
  const isMore = verdict === 'degraded' || (verdict !== 'improved' && (moved?.effect.absolute ?? 0) >= 0);
  const most = (isMore ? evidence.worse : evidence.better)
    .slice(0, end)
    .reduce((a, { log }) => Math.max(a, log), 0);
  const n = counts.on.total + counts.off.total;
  const decidedAt = decided === undefined ? undefined : (cells.times[decided] ?? 0) + cells.step;
  return {
    ...{ measure, verdict, floor, counts },
    ...present({ effect: moved?.effect, intervals: moved?.intervals, slowerThan, decidedAt }),
    significance:
      gross === undefined
        ? { test: testName(scatter, slowerThan), p: Math.exp(-most), n: Math.round(n) }
        : { test: GROSSLY, p: gross.p, n: Math.round(n) },
    reasons: [
      ...(moved?.reasons ?? []),
      ...(moved === undefined || cells.strata < 2 ? [] : mixOf(moved, verdict, counts, rules.steady)),
      ...(begin === 0
        ? []
        : [
            `What is told is of the ${inWords((end - begin) * cells.step)} before that was certain: it was otherwise before.`,
          ]),
    ],
  };
}

const GROSSLY =
  'far more of all requests than without the flag, in three steps at least (bound of the normal)';

function undecided(
  cells: Cells,
  evidence: Evidence,
  rules: SignalRules,
  now?: Moved,
  harmless?: Harmless,
): CohortSignal {
  const looks = cells.times.length;
  const open = told(cells, evidence, rules, { begin: 0, end: looks }, 'inconclusive');
  if (now === undefined || harmless === undefined) return { ...open, reasons: [ONE_SIDED] };
  const lasted: Duration = (evidence.steps[looks - 1] ?? 0) * cells.step;
  const needs = needsOf({
    ...{ strata: sumsOf(cells), lasted, harmless },
    ...{ scatter: evidence.scatter[looks - 1] ?? 1, isFar: now.direction === 'worse' },
    ...{ worse: evidence.worse[looks - 1]?.log ?? 0, bar: Math.log(1 / rules.alpha), events: FEWEST_EVENTS },
  });
  if (looks < (rules.settled ?? 0))
    return { ...open, ...present({ needs }), reasons: [...open.reasons, UNSETTLED] };
  if ((evidence.steps[looks - 1] ?? 0) < FEWEST_STEPS)
    return { ...open, ...present({ needs }), reasons: [...open.reasons, TOO_SOON] };
  if (needs === undefined) return { ...open, reasons: [...open.reasons, BETWEEN] };
  if (needs.takes > LONGEST) return { ...open, reasons: [...open.reasons, TOO_SLOW] };
  return { ...open, needs };
}

/** What is said where counts that are simply added up would say something else. */
function mixOf(
  { effect, direction }: Moved,
  verdict: Verdict,
  { on, off }: Cohorts,
  floor: RatioFloor,
): readonly string[] {
  if (!(on.total > 0 && off.total > 0)) return [];
  const [is, was] = [on.bad / on.total, off.bad / off.total];
  if (verdict === 'degraded' || verdict === 'improved') {
    const isOther = Math.sign(is - was) * Math.sign(effect.absolute) < 0;
    return isOther ? ['All together differ the other way: the cohorts have a different mix of strata.'] : [];
  }
  const seems = isHigherBy(floor, was, is) || isHigherBy(floor, is, was);
  return direction === 'close' && seems ? ['All together differ, by their mix of strata alone.'] : [];
}

function testName(scatter: number, slowerThan: number | undefined): string {
  const of = slowerThan === undefined ? '' : `, of requests slower than ${slowerThan} s`;
  const by = scatter > 1.005 ? `, logs divided by a scatter of ${scatter.toFixed(2)}` : '';
  return `bet on the flag's share of bad events in each step (any-time valid)${of}${by}`;
}
