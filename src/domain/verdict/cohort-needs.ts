import { DAY, type Duration } from '../time.ts';
import type { Cohorts } from './cohort.ts';
import { pooled } from './cohort-cells.ts';
import { alternativesTo, expectedGain } from './cohort-evidence.ts';
import { expectedRateGain, HARMLESS, type Harmless } from './cohort-margin.ts';
import type { Count } from './counts.ts';
import type { Needs } from './verdict.ts';

/** Longer than this nobody waits: that it would take longer is said instead. */
export const LONGEST: Duration = 30 * DAY;

/** Where a signal stands: what was counted in `lasted` (ms), the evidence (log) and what it has to reach, and by how much it is divided. */
export type Standing = {
  readonly strata: readonly Cohorts[];
  readonly lasted: Duration;
  readonly scatter: number;
  readonly worse: number;
  readonly bar: number;
  /** How many bad events there have to be, times the scatter. */
  readonly events: number;
  readonly harmless: Harmless;
  /** Whether it is as much worse as matters, at present. */
  readonly isFar: boolean;
};

/** What all that was counted tells of how fast evidence grows. */
type Sum = { readonly effective: number; readonly share: number; readonly bad: number };

/**
 * How many more requests with the flag would decide at the present effect, by the expected growth of the evidence for each of them: towards *stop* where it is as much worse as matters, else towards *go*. `undefined` where
 * neither is in sight.
 */
export function needsOf(standing: Standing): Needs | undefined {
  const { strata, lasted, isFar } = standing;
  const { on, off } = pooled(strata);
  if (!(on.total > 0 && off.total > 0)) return undefined;
  const sum = sumOf(strata);
  const expected = (on.total * (off.bad + 0.5)) / off.total;
  // Few events tell little of the effect: one is added to what was seen and to what was expected.
  const ratio = (on.bad + 1) / (expected + 1);
  const more = isFar
    ? towardsStop(standing, sum, ratio, on)
    : towardsGo(standing, sum, Math.max(1, ratio), expected / on.total, on.total);
  if (more === undefined) return undefined;
  return { more: rounded(more), what: 'requests', takes: Math.round((more / on.total) * lasted) };
}

function towardsStop(
  { scatter, worse, bar, events }: Standing,
  sum: Sum,
  ratio: number,
  on: Count,
): number | undefined {
  if (worse >= bar) return missing(events * scatter - on.bad, on.bad / on.total);
  const gains = alternativesTo().map((log) => expectedGain(sum, Math.log(ratio), log));
  return missing(bar + 1 - worse, Math.max(...gains) / scatter / on.total);
}

function towardsGo(
  { scatter, harmless: { evidence, conditional, unconditional, margin } }: Standing,
  sum: Sum,
  ratio: number,
  rate: number,
  requests: number,
): number | undefined {
  if ((evidence.at(-1) ?? 0) >= HARMLESS) return undefined;
  const goal = HARMLESS + Math.LN2;
  const bets = alternativesTo(margin.log).map((log) => expectedGain(sum, Math.log(ratio), log, margin.log));
  // A mixture wins as its best alternative does, less the log of how many there are.
  const ways = [
    missing(goal + 1 - conditional, Math.max(...bets) / scatter / requests),
    missing(goal + 1 - unconditional, expectedRateGain(1, rate * ratio, margin.rate) / scatter),
  ].filter((more) => more !== undefined);
  return ways.length === 0 ? undefined : Math.min(...ways);
}

function missing(evidence: number, eachRequest: number): number | undefined {
  if (!(eachRequest > 0 && evidence > 0)) return undefined;
  const more = evidence / eachRequest;
  return Number.isFinite(more) ? Math.max(1, Math.ceil(more)) : undefined;
}

function sumOf(strata: readonly Cohorts[]): Sum {
  let [effective, share, bad] = [0, 0, 0];
  for (const { on, off } of strata) {
    const [m, size] = [on.bad + off.bad, on.total + off.total];
    if (!(on.total > 0 && off.total > 0 && size > 1)) continue;
    const events = (m * (size - m)) / (size - 1);
    effective += events;
    share += (events * on.total) / size;
    bad += (events * m) / size;
  }
  return effective > 0
    ? { effective, share: share / effective, bad: bad / effective }
    : { effective: 0, share: 0, bad: 0 };
}

/** Two digits: more would pretend to know. */
function rounded(more: number): number {
  return more < 100 ? more : Number(more.toPrecision(2));
}
