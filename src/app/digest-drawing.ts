import { budgetLeft } from '#domain/budget/words.ts';
import type { FleetWeekDrawing } from '#domain/panel.ts';
import type { BudgetLine } from './answer.ts';
import type { DigestAnswer } from './digest-answers.ts';

/** Budgets that one picture holds. */
const ROWS = 14;

/** Of budgets that are sorted by need, those that are drawn: the same for standings as for what is told of them. */
export function drawnOf<T>(sorted: readonly T[]): readonly T[] {
  return sorted.slice(0, ROWS);
}

/** The week of a digest: what each budget spent on each day, as `daily` has it for those of the `lines`, sorted by need, that are drawn. */
export function digestDrawing(
  { week, zone, owner }: DigestAnswer,
  lines: readonly BudgetLine[],
  daily: readonly (readonly (number | null)[])[],
  id: string,
): FleetWeekDrawing {
  const shown = drawnOf(lines);
  return {
    ...{ chart: 'fleet-week', id, zone },
    title: `${owner ?? 'Fleet'} budgets, ${week.name}`,
    facts: ['% of the whole budget spent each day'],
    days: week.days,
    rows: shown.map((line, i) => ({
      ...{ name: line.service, detail: line.slo, state: line.colour, words: budgetLeft(line) },
      spent: daily[i] ?? [],
    })),
    hidden: lines.length - shown.length,
  };
}
