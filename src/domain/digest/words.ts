import { figuresOf, type Usage } from '../budget/usage.ts';
import { shortUnit } from '../budget/words.ts';
import type { PlanResult } from './plan.ts';
import type { SpentIn } from './spent.ts';

/** What a stretch spent, in the figures in which the budget itself is told: `12 min`, `under 0.1 min`, `nothing`. */
export function spentWords({ used }: SpentIn, usage: Pick<Usage, 'allowed' | 'used'>): string {
  const figures = figuresOf(usage);
  const count = figures.countOf(used);
  if (count > 0) return `${figures.written(count)} ${shortUnit(figures)}`;
  return used > 0 ? `under ${figures.written(1)} ${shortUnit(figures)}` : 'nothing';
}

/** What came after a plan: `spends 40 % less a day since`. */
export function planResultWords(result: PlanResult): string {
  switch (result.kind) {
    case 'tooEarly':
      return 'too early to see what it does';
    case 'unknown':
      return 'what it did is not known: nothing was counted';
    case 'known': {
      const { since, change } = result;
      if (change === undefined)
        return since > 0 ? 'spends since then, where nothing was spent before' : 'nothing spent since';
      const by = Math.round(Math.abs(change) * 100);
      if (by < 5) return 'spends as much a day as before';
      if (since === 0) return 'nothing spent since';
      return change < 0 ? `spends ${by} % less a day since` : `spends ${moreWords(change)} a day since`;
    }
  }
}

/** A hundredfold is not told in per cent. */
function moreWords(change: number): string {
  return change < 2
    ? `${Math.round(change * 100)} % more`
    : `${Number((1 + change).toPrecision(2))} times as much`;
}
