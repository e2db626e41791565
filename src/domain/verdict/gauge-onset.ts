import { type GaugeMoment, measured, middle, seenAt } from './gauge-moment.ts';
import { changePointOf, isClearlyEarlier } from './onset.ts';
import type { Judgement } from './verdict.ts';

/** Steps just before a moment in which a change that is its own has not begun. */
const JUST_BEFORE = 5;

/** Where it began to change, by what is known at a look, and whether that was clearly before. */
export function gaugeOnset(
  context: GaugeMoment,
  steps: number,
): { readonly onset: NonNullable<Judgement['onset']>; readonly isEarlier: boolean } | undefined {
  const { gauge, rules, moment, after } = context;
  const from = Math.max(0, moment - rules.before);
  const found = changePointOf([...gauge.values.subarray(from, moment), ...after.subarray(0, steps)]);
  if (found === undefined) return undefined;
  const at = from + found.index;
  return {
    onset: {
      at: gauge.times[at] ?? seenAt(gauge, at),
      plusMinus: Math.max(1, found.around) * gauge.step,
    },
    isEarlier: isClearlyEarlier(found, moment - from) || wasThere(context, steps),
  };
}

/** Whether most of the rise was there already in the last steps before: half of it at least has to come after. */
function wasThere({ gauge, rules, moment, after }: GaugeMoment, steps: number): boolean {
  const before = middle(measured(gauge.values, moment - rules.before, moment));
  const last = middle(measured(gauge.values, moment - JUST_BEFORE, moment));
  const now = middle(measured(after, 0, steps));
  return Math.abs(now - last) < Math.abs(now - before) / 2 || (now - last) * (now - before) < 0;
}
