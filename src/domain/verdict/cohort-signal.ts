import { present } from '../optional.ts';
import type { Measure } from '../signal.ts';
import type { Duration } from '../time.ts';
import type { Cohorts, Interval } from './cohort.ts';
import { type Cells, createSums, pooled, sumsOf } from './cohort-cells.ts';
import { type Evidence, evidenceOf } from './cohort-evidence.ts';
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

/** How a signal is judged: `alpha` is what it may spend on false alarms; `steady` is the floor that shares of requests are shown to stay below; `moved` is asked for later steps only. */
export type SignalRules = {
  readonly measure: Measure;
  readonly alpha: number;
  readonly floor: Floor;
  readonly steady: RatioFloor;
  readonly moved: () => (end: number, strata: readonly Cohorts[], scatter: number) => Moved | undefined;
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

/** Judges bad events of those with the flag beside those without it. */
export function judgeSignal(cells: Cells, rules: SignalRules): CohortSignal {
  const evidence = evidenceOf(cells);
  const looks = cells.times.length;
  const degraded = lookOf(cells, evidence, evidence.worse, rules, 'worse');
  if (degraded !== undefined) return told(cells, evidence, rules, degraded + 1, 'degraded', degraded);
  const improved = lookOf(cells, evidence, evidence.better, rules, 'better');
  const now = rules.moved()(looks, sumsOf(cells), evidence.scatter[looks - 1] ?? 1);
  if (now === undefined) return undecided(cells, evidence, rules);
  if (improved !== undefined && now.direction === 'better')
    return told(cells, evidence, rules, looks, 'improved', improved);
  const harmless = harmlessOf(cells, rules.steady, evidence.scatter);
  const since = harmless === undefined ? undefined : heldSince(harmless);
  const isSteady =
    since !== undefined && looks >= (rules.settled ?? 0) && (evidence.steps[looks - 1] ?? 0) >= FEWEST_STEPS;
  if (isSteady && now.direction === 'close') return told(cells, evidence, rules, looks, 'steady', since);
  return undecided(cells, evidence, rules, now, harmless);
}

/** The first look at which evidence, effect and number of events suffice. */
function lookOf(
  cells: Cells,
  { scatter, steps }: Evidence,
  evidence: Float64Array,
  { alpha, moved, settled = 0 }: SignalRules,
  direction: 'worse' | 'better',
): number | undefined {
  const bar = Math.log(1 / alpha);
  const sums = createSums(cells);
  const at = moved();
  for (let look = Math.max(0, settled - 1); look < evidence.length; look += 1) {
    if (!((evidence[look] ?? 0) >= bar) || (steps[look] ?? 0) < FEWEST_STEPS) continue;
    const strata = sums.to(look + 1);
    const { on, off } = pooled(strata);
    const by = scatter[look] ?? 1;
    // Fewer with the flag are told by how many there would have been.
    const events = direction === 'worse' ? on.bad : (off.bad / off.total) * on.total;
    if (events >= FEWEST_EVENTS * by && at(look + 1, strata, by)?.direction === direction) return look;
  }
  return undefined;
}

/** The look from which on the evidence has been enough. */
function heldSince({ evidence }: Harmless): number | undefined {
  let since: number | undefined;
  for (let look = evidence.length - 1; look >= 0 && (evidence[look] ?? 0) >= HARMLESS; look -= 1)
    since = look;
  return since;
}

/** A verdict by what was known after `end` steps. */
function told(
  cells: Cells,
  evidence: Evidence,
  rules: SignalRules,
  end: number,
  verdict: Verdict,
  decided?: number,
): CohortSignal {
  const { measure, floor, slowerThan } = rules;
  const strata = sumsOf(cells, end);
  const scatter = evidence.scatter[end - 1] ?? 1;
  const counts = pooled(strata);
  const moved = rules.moved()(end, strata, scatter);
  const isMore = verdict === 'degraded' || (verdict !== 'improved' && (moved?.effect.absolute ?? 0) >= 0);
  const most = (isMore ? evidence.worse : evidence.better)
    .subarray(0, end)
    .reduce((a, b) => Math.max(a, b), 0);
  const n = counts.on.total + counts.off.total;
  const decidedAt = decided === undefined ? undefined : (cells.times[decided] ?? 0) + cells.step;
  return {
    ...{ measure, verdict, floor, counts },
    ...present({ effect: moved?.effect, intervals: moved?.intervals, slowerThan, decidedAt }),
    significance: { test: testName(scatter, slowerThan), p: Math.exp(-most), n: Math.round(n) },
    reasons: [
      ...(moved?.reasons ?? []),
      ...(moved === undefined || cells.strata < 2 ? [] : mixOf(moved, counts, rules.steady)),
    ],
  };
}

function undecided(
  cells: Cells,
  evidence: Evidence,
  rules: SignalRules,
  now?: Moved,
  harmless?: Harmless,
): CohortSignal {
  const looks = cells.times.length;
  const open = told(cells, evidence, rules, looks, 'inconclusive');
  if (now === undefined || harmless === undefined) return { ...open, reasons: [ONE_SIDED] };
  const lasted: Duration = (evidence.steps[looks - 1] ?? 0) * cells.step;
  const needs = needsOf({
    ...{ strata: sumsOf(cells), lasted, harmless },
    ...{ scatter: evidence.scatter[looks - 1] ?? 1, isFar: now.direction === 'worse' },
    ...{ worse: evidence.worse[looks - 1] ?? 0, bar: Math.log(1 / rules.alpha), events: FEWEST_EVENTS },
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
function mixOf({ effect, direction }: Moved, { on, off }: Cohorts, floor: RatioFloor): readonly string[] {
  if (!(on.total > 0 && off.total > 0)) return [];
  const [is, was] = [on.bad / on.total, off.bad / off.total];
  const isOther = Math.sign(is - was) * Math.sign(effect.absolute) < 0;
  if (direction !== 'close')
    return isOther ? ['Added up, the cohorts differ the other way: their mix of strata is another.'] : [];
  const seems = isHigherBy(floor, was, is) || isHigherBy(floor, is, was);
  return seems ? ['Added up, the cohorts differ, by their mix of strata alone.'] : [];
}

function testName(scatter: number, slowerThan: number | undefined): string {
  const of = slowerThan === undefined ? '' : `, of requests slower than ${slowerThan} s`;
  const by = scatter > 1.005 ? `, logs divided by a scatter of ${scatter.toFixed(2)}` : '';
  return `bet on the flag's share of bad events in each step (any-time valid)${of}${by}`;
}
