import { DAY, type Duration } from '../time.ts';
import type { Cohorts } from './cohort.ts';
import type { Cell } from './cohort-cell.ts';
import { pooled } from './cohort-cells.ts';
import { expectedBelow, expectedWorse } from './cohort-evidence.ts';
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

/**
 * How many more requests with the flag would decide at the present effect, by the expected growth of the evidence for each of them: towards *stop* where it is as much worse as matters, else towards *go*. `undefined` where
 * neither is in sight.
 */
export function needsOf(standing: Standing): Needs | undefined {
  const { strata, lasted, isFar } = standing;
  const { on, off } = pooled(strata);
  if (!(on.total > 0 && off.total > 0)) return undefined;
  const expected = (on.total * (off.bad + 0.5)) / off.total;
  // Few events tell little of the effect: one is added to what was seen and to what was expected.
  const ratio = (on.bad + 1) / (expected + 1);
  const more = isFar
    ? towardsStop(standing, ratio, on)
    : towardsGo(standing, Math.max(1, ratio), expected / on.total, on.total);
  if (more === undefined) return undefined;
  return { more: rounded(more), what: 'requests', takes: Math.round((more / on.total) * lasted) };
}

function towardsStop(
  { strata, scatter, worse, bar, events }: Standing,
  ratio: number,
  on: Count,
): number | undefined {
  if (worse >= bar) return missing(events * scatter - on.bad, on.bad / on.total);
  const gain = overStrata(strata, (cell) => expectedWorse(cell, oddsOf(cell, ratio)));
  return missing(bar + 1 - worse, gain / scatter / on.total);
}

function towardsGo(
  { strata, scatter, harmless: { evidence, conditional, unconditional, margin } }: Standing,
  ratio: number,
  rate: number,
  requests: number,
): number | undefined {
  if ((evidence.at(-1) ?? 0) >= HARMLESS) return undefined;
  const goal = HARMLESS + Math.LN2;
  const gain = overStrata(strata, (cell) => expectedBelow(cell, oddsOf(cell, ratio), margin.log));
  // A mixture wins as its best alternative does, less the log of how many there are.
  const ways = [
    missing(goal + 1 - conditional, gain / scatter / requests),
    missing(goal + 1 - unconditional, expectedRateGain(1, rate * ratio, margin.rate) / scatter),
  ].filter((more) => more !== undefined);
  return ways.length === 0 ? undefined : Math.min(...ways);
}

function missing(evidence: number, eachRequest: number): number | undefined {
  if (!(eachRequest > 0 && evidence > 0)) return undefined;
  const more = evidence / eachRequest;
  return Number.isFinite(more) ? Math.max(1, Math.ceil(more)) : undefined;
}

/** What all that was counted is expected to win, had it come as it did: strata are cells here, steps are not told apart. */
function overStrata(strata: readonly Cohorts[], gain: (cell: Cell) => number): number {
  return strata.reduce((all, { on, off }) => {
    const cell = { seen: on.bad, bad: on.bad + off.bad, on: on.total, size: on.total + off.total };
    const tells = on.total > 0 && off.total > 0 && cell.bad > 0 && cell.bad < cell.size;
    return all + (tells ? gain(cell) : 0);
  }, 0);
}

/** A ratio of rates as one of odds, at a cell's rate of bad events. */
function oddsOf({ bad, size }: Cell, ratio: number): number {
  const rate = bad / size;
  const moved = Math.min(ratio * rate, (1 + rate) / 2);
  return (moved / (1 - moved)) * ((1 - rate) / rate);
}

/** Two digits: more would pretend to know. */
function rounded(more: number): number {
  return more < 100 ? more : Number(more.toPrecision(2));
}
