import { createGaugeJudge } from '#domain/verdict/gauge.ts';
import { FALSE_ALARMS } from '#domain/verdict/spending.ts';
import { STEP } from './made.ts';
import { annotatedSeries } from './real.ts';

/** Of changes that people annotated in real series and that are called one: how many have their onset within two steps of an annotation. */
export function annotatedOnsets(): {
  readonly tried: number;
  readonly found: number;
  readonly near: number;
} {
  let [tried, found, near] = [0, 0, 0];
  for (const { values, annotations } of annotatedSeries()) {
    const marks = [...new Set(annotations.flat())];
    const times = Float64Array.from(values, (_, i) => i * STEP);
    for (const moment of marks) {
      const [before, after] = [Math.min(30, moment), Math.min(15, values.length - moment)];
      if (before < 3 || after < 3) continue;
      const rules = {
        ...{ before, after, history: 2016, worse: 'either' as const },
        floor: 0.1,
        alpha: FALSE_ALARMS,
      };
      const judged = createGaugeJudge({ times, step: STEP, values }, rules).judge(moment);
      tried += 1;
      if (judged.verdict !== 'degraded') continue;
      found += 1;
      const at = (judged.onset?.at ?? Number.POSITIVE_INFINITY) / STEP;
      if (marks.some((mark) => Math.abs(mark - at) <= 2)) near += 1;
    }
  }
  return { tried, found, near };
}
