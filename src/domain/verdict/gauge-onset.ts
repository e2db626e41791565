import { type GaugeMoment, measured, middle, seenAt } from './gauge-moment.ts';
import { changePointOf, isClearlyEarlier } from './onset.ts';
import type { Judgement } from './verdict.ts';

/** Steps just before a moment in which a change that is its own has not begun. */
const JUST_BEFORE = 5;

/** So much of the rise has to come after: what is seen of the last steps before is noisy, and a doubt is not the change’s. */
const AFTER = 0.75;

/**
 * Where it began to change, by what is known at a look, and whether that was clearly before. Of a signal that follows its season, by what is above it: the rise of each morning is
 * none.
 */
export function gaugeOnset(
  context: GaugeMoment,
  steps: number,
): { readonly onset: NonNullable<Judgement['onset']>; readonly isEarlier: boolean } | undefined {
  const { gauge, rules, moment, after, season } = context;
  const from = Math.max(0, moment - rules.before);
  const plain = Float64Array.from([...gauge.values.subarray(from, moment), ...after.subarray(0, steps)]);
  const above = plain.map((value, i) => value - (season[from + i] ?? Number.NaN));
  const seen = moment - from;
  const isKnown = above.every((value, i) => Number.isFinite(value) === Number.isFinite(plain[i]));
  const values = isKnown && spreadOf(above, seen) < spreadOf(plain, seen) ? above : plain;
  const found = changePointOf(values);
  if (found === undefined) return undefined;
  const at = from + found.index;
  return {
    onset: {
      at: gauge.times[at] ?? seenAt(gauge, at),
      plusMinus: Math.max(1, found.around) * gauge.step,
    },
    isEarlier: isClearlyEarlier(found, seen, 0) || wasThere(values, seen),
  };
}

/** Whether most of the rise was there already in the last steps before. */
function wasThere(values: Float64Array, moment: number): boolean {
  const before = middle(measured(values, 0, moment));
  const last = middle(measured(values, moment - JUST_BEFORE, moment));
  const now = middle(measured(values, moment, values.length));
  return Math.abs(now - last) < Math.abs(now - before) * AFTER || (now - last) * (now - before) < 0;
}

/** The mean distance from the median before a moment. */
function spreadOf(values: Float64Array, moment: number): number {
  const before = measured(values, 0, moment);
  const centre = middle(before);
  return before.reduce((sum, value) => sum + Math.abs(value - centre), 0) / before.length;
}
