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
};

type Counters = {
  readonly counts: 'bad' | 'good';
  readonly part: readonly Parts[];
  readonly total: readonly Parts[];
};

/**
 * Counts of one SLO in kept steps. New series count from zero where others were known before: when all are new, scraping began, and what
 * they hold happened before. Bad events are never more than the total.
 */
export function stepsOf(
  { ends, step, every, method }: Grid,
  { counts, part, total }: Counters,
  sight: { isBlind(at: number): boolean },
): readonly CountedStep[] {
  const kept = new Map<number, CountedStep>();
  for (let at = ends.from; at <= ends.to; at += step) {
    const to = every === undefined ? at : Math.ceil(at / every) * every;
    // A kept step that the range does not hold whole is left to the next time.
    if (to > ends.to || to - (every ?? step) < ends.from - step) continue;
    const isSeen = total.some(
      ({ grown, returned, begun }) => grown?.has(at) || returned?.has(at) || begun?.has(at),
    );
    const wasKnown = total.some(({ known, returned }) => known?.has(at) || returned?.has(at));
    const all = Math.max(0, sumAt(total, at, wasKnown));
    const some = Math.max(0, sumAt(part, at, wasKnown));
    const bad = Math.min(all, counts === 'bad' ? some : Math.max(0, all - some));
    const before = kept.get(to) ?? { to, bad: 0, total: 0, lost: 0, observed: 0, silent: 0 };
    const isSilent = !isSeen && !sight.isBlind(at);
    kept.set(to, {
      to,
      bad: before.bad + bad,
      total: before.total + all,
      lost: before.lost + (isSeen ? lostIn(method, bad, all) : 0),
      observed: before.observed + (isSeen ? step : 0),
      silent: before.silent + (isSilent ? step : 0),
    });
  }
  return [...kept.values()];
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
