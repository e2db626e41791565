import quantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Duration } from '../time.ts';
import type { Confidence } from './compared.ts';
import { type Count, conditionalTest, conditionalTestFewer, ratioBounds } from './counts.ts';
import { countsDiffer, type Steps } from './long-run.ts';
import { scatterAround, scatterOf } from './scatter.ts';
import { type Counted, known, sumOf } from './stretch.ts';
import type { Needs } from './verdict.ts';

/** Two-sided p-values below which a difference is called sure, and very sure. */
export const SURE = 0.01;
export const VERY_SURE = 0.0005;

/** Standard errors that an effect is from nothing where it is found sure in four of five cases: z(0.995) + z(0.8). */
export const FOUND_AT = quantile(1 - SURE / 2, 0, 1) + quantile(0.8, 0, 1);

/** The same for the interval (95 %) of what is no effect to lie within what matters. */
const SHOWN_AT = quantile(0.975, 0, 1) + quantile(0.8, 0, 1);

/** An effect that needs more than so many times what was seen may as well be none. */
export const MOST_TIMES = 1000;

/** A test that found less than this is not told apart from the exact one. */
const TOLD = 1e-6;

/** Fewer requests in a window say nothing, whatever a test says; nor do fewer bad events in both. */
const FEWEST = 30;
const FEWEST_EVENTS = 5;

/**
 * Compares bad events of totals in two windows by the exact conditional test, both as much scattered as they are around a jump; and, as what wanders looks like a jump too, by a test of steps that
 * may hang together: the less clear of both. `tests` are made of the same data.
 */
export function comparedCounts(
  before: Counted,
  after: Counted,
  step: Duration,
  floor: { readonly relative: number; readonly absolute: number },
  what: string,
  tests = 1,
): Confidence {
  const [was, is] = [known(before), known(after)];
  const dispersion = Math.max(scatterAround(was, 0), scatterAround(is, 0));
  const settled = Math.max(scatterOf(was), scatterOf(is));
  const [b, a] = [countOf(was), countOf(is)];
  const few = Math.min(b.total, a.total) < FEWEST;
  const exact = 2 * Math.min(conditionalTest(b, a, settled), conditionalTestFewer(b, a, settled));
  const hanging = few ? 1 : hangingTest(was, is);
  const p = few ? 1 : Math.min(1, tests * Math.max(exact, hanging));
  const isTold = !few && b.bad + a.bad >= FEWEST_EVENTS * settled && p < SURE;
  const word = isAlike(b, a, dispersion, floor, few, isTold)
    ? 'alike'
    : isTold
      ? p < VERY_SURE
        ? 'verySure'
        : 'sure'
      : 'cannotTell';
  const needs = word === 'cannotTell' ? needsOf(b, a, dispersion, floor, is.total.length * step) : undefined;
  const scatter = dispersion > 1.05 ? `, scattered ${dispersion.toFixed(1)} times as much as by chance` : '';
  const test = hanging > exact && hanging > TOLD ? 'test of steps that hang together' : 'exact test';
  return {
    word,
    direction: a.bad / a.total >= b.bad / b.total ? 'higher' : 'lower',
    test: `${test} ${what}${scatter}`,
    p,
    n: Math.round(b.total + a.total),
    ...(needs === undefined ? {} : { needs }),
  };
}

/** The p-value where steps may hang together: of the logarithm of the ratio of the rates, from steps as shares of their window’s own rate. */
function hangingTest(before: Counted, after: Counted): number {
  const rate = (counted: Counted) => {
    const { bad, total } = countOf(counted);
    return (bad + 0.5) / total;
  };
  const steps = (counted: Counted): Steps => {
    const own = rate(counted);
    const share = (count: number, i: number) => count / ((counted.total[i] ?? 0) * own);
    return {
      values: counted.bad.map((count, i) => ((counted.total[i] ?? 0) > 0 ? share(count, i) : 0)),
      noise: counted.total.map((total) => (total > 0 ? 1 / (total * own) : Number.POSITIVE_INFINITY)),
    };
  };
  return countsDiffer(steps(before), steps(after), Math.log(rate(after) / rate(before)));
}

function countOf({ bad, total }: Counted): Count {
  return { bad: sumOf(bad), total: sumOf(total) };
}

/** Whether the whole interval (95 %) of the ratio lies within what matters; or, of what is no clear difference, that of the difference. */
function isAlike(
  before: Count,
  after: Count,
  dispersion: number,
  { relative, absolute }: { readonly relative: number; readonly absolute: number },
  few: boolean,
  isTold: boolean,
): boolean {
  if (few) return false;
  const { low, high } = ratioBounds(before, after, dispersion, 0.975);
  if (low >= 1 / (1 + relative) && high <= 1 + relative) return true;
  const half = dispersion / 2;
  const spread =
    dispersion * ((before.bad + half) / before.total ** 2 + (after.bad + half) / after.total ** 2);
  const difference = Math.abs(after.bad / after.total - before.bad / before.total);
  return !isTold && difference + quantile(0.975, 0, 1) * Math.sqrt(spread) <= absolute;
}

/** What the later window misses until the effect seen would be sure, or until it is shown that there is none: what comes first. */
function needsOf(
  before: Count,
  after: Count,
  dispersion: number,
  { relative, absolute }: { readonly relative: number; readonly absolute: number },
  length: Duration,
): Needs | undefined {
  if (!(after.total > 0 && before.total > 0)) return undefined;
  const half = dispersion / 2;
  const [b, a] = [before.bad + half, after.bad + half];
  const effect = Math.abs(Math.log(a / after.total) - Math.log(b / before.total));
  const error = Math.sqrt(dispersion * (1 / a + 1 / b));
  const shown = ((SHOWN_AT * error) / Math.log(1 + relative)) ** 2;
  const none =
    before.bad + after.bad === 0 ? (4 * dispersion) / absolute / after.total : Number.POSITIVE_INFINITY;
  const times = Math.max(
    FEWEST / Math.min(before.total, after.total),
    Math.min(((FOUND_AT * error) / effect) ** 2, shown, none),
  );
  if (!(times > 1) || times > MOST_TIMES) return undefined;
  const more = Math.ceil(after.total * (times - 1));
  return { more, what: 'requests', takes: Math.round(length * (times - 1)) };
}
