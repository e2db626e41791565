import type { CountedStep } from '#app/ports.ts';
import type { Method } from '#domain/budget/slo.ts';
import type { Duration, Range } from '#domain/time.ts';

/** Values by the end of their step. */
export type Column = ReadonlyMap<number, number>;

/** How one counter or expression grew; see `incrementsQuery` for the parts. */
export type Parts = {
  readonly sign: 1 | -1;
  readonly grown?: Column;
  readonly reset?: Column;
  readonly returned?: Column;
  readonly begun?: Column;
  readonly known?: Column;
};

type Grid = {
  /** Ends of the first and of the last step. */
  readonly ends: Range;
  readonly step: Duration;
  /** Steps are put together into kept ones of this length, where given. */
  readonly every: Duration | undefined;
  readonly method: Method;
  /** Without samples for so long a service is silent; for less a scrape was missed. */
  readonly quiet: Duration;
};

type Counters = {
  readonly counts: 'bad' | 'good';
  readonly part: readonly Parts[];
  readonly total: readonly Parts[];
};

type Fine = {
  readonly at: number;
  readonly bad: number;
  readonly total: number;
  readonly isSeen: boolean;
  readonly isBlind: boolean;
};

/**
 * Counts of one SLO in kept steps that lie whole in `kept`; `ends` may begin earlier, so that a silence that began before is known as one. New series count from zero where
 * others were known before: when all are new, scraping began, and what they hold happened before. Bad events are never more than the total.
 */
export function stepsOf(
  grid: Grid,
  counters: Counters,
  sight: { isBlind(at: number): boolean },
  kept: Range = { from: grid.ends.from - grid.step, to: grid.ends.to },
): readonly CountedStep[] {
  const { step, every } = grid;
  const fine = fineSteps(grid, counters, sight);
  const lost = bridged(fine, grid);
  const found = new Map<number, CountedStep>();
  fine.forEach(({ at, bad, total, isSeen, isBlind }, i) => {
    const to = every === undefined ? at : Math.ceil(at / every) * every;
    // A kept step that the range does not hold whole is left to the next time.
    if (to > kept.to || to - (every ?? step) < kept.from) return;
    const before = found.get(to) ?? { to, bad: 0, total: 0, lost: 0, observed: 0, silent: 0 };
    const meaning = lost[i];
    const isObserved = isSeen || typeof meaning === 'number';
    found.set(to, {
      to,
      bad: before.bad + bad,
      total: before.total + total,
      lost: before.lost + (typeof meaning === 'number' ? meaning : 0),
      observed: before.observed + (isObserved ? step : 0),
      silent: before.silent + (meaning === 'silent' && !isBlind ? step : 0),
    });
  });
  return [...found.values()];
}

function fineSteps(
  { ends, step }: Grid,
  { counts, part, total }: Counters,
  sight: { isBlind(at: number): boolean },
): readonly Fine[] {
  const fine: Fine[] = [];
  for (let at = ends.from; at <= ends.to; at += step) {
    const isSeen = total.some(
      ({ grown, returned, begun }) => grown?.has(at) || returned?.has(at) || begun?.has(at),
    );
    const wasKnown = total.some(({ known, returned }) => known?.has(at) || returned?.has(at));
    const all = Math.max(0, sumAt(total, at, wasKnown));
    const some = Math.max(0, sumAt(part, at, wasKnown));
    const bad = Math.min(all, counts === 'bad' ? some : Math.max(0, all - some));
    fine.push({ at, bad, total: all, isSeen, isBlind: !isSeen && sight.isBlind(at) });
  }
  return fine;
}

/**
 * What each step lost, in ms, or that it was silent, or nothing where nobody knows. A few steps without a sample between others are a missed scrape, or
 * slices shorter than the scrape interval: what happened in them is in the step after, and its share holds for them.
 */
function bridged(
  fine: readonly Fine[],
  { step, method, quiet }: Grid,
): readonly (Duration | 'silent' | undefined)[] {
  const found: (Duration | 'silent' | undefined)[] = [];
  let run = 0;
  for (const { bad, total, isSeen } of fine) {
    if (!isSeen) {
      run += 1;
      found.push(undefined);
      continue;
    }
    const share = lostIn(method, bad, total);
    if (run * step < quiet && run < found.length) found.fill(share, found.length - run);
    else if (run * step >= quiet) found.fill('silent', found.length - run);
    run = 0;
    found.push(share);
  }
  if (run * step >= quiet) found.fill('silent', found.length - run);
  return found;
}

function sumAt(parts: readonly Parts[], at: number, wasKnown: boolean): number {
  return parts.reduce((sum, { sign, grown, reset, returned, begun }) => {
    const sure = (grown?.get(at) ?? 0) + (reset?.get(at) ?? 0) + (returned?.get(at) ?? 0);
    return sum + sign * (sure + (wasKnown ? (begun?.get(at) ?? 0) : 0));
  }, 0);
}

/** Time that a slice takes from the budget, in ms. A slice without events loses nothing. */
function lostIn(method: Method, bad: number, total: number): Duration {
  if (method.kind === 'occurrences' || total <= 0) return 0;
  if (method.kind === 'downtime') return (method.slice * bad) / total;
  return 1 - bad / total < method.target ? method.slice : 0;
}
