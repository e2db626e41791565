/** A made counter: events at known moments, scraped at an interval, with restarts that set it to zero. Times in epoch ms. */
export type MadeCounter = {
  readonly series: string;
  readonly every: number;
  /** When it is there; it begins at zero. A counter of errors is there from its first event on. */
  readonly from: number;
  readonly to: number;
  readonly fromFirstEvent?: boolean;
  readonly resets: readonly number[];
  /** Moments of events, ascending. */
  readonly events: Float64Array;
};

/** The samples of made counters as OpenMetrics; those before `since` are left out, as by a Prometheus that does not keep them any more. */
export function openMetricsOfCounters(counters: readonly MadeCounter[], since = 0): string {
  const parts: string[] = [];
  const byMetric = Map.groupBy(counters, ({ series }) => series.slice(0, series.indexOf('{')));
  for (const [metric, some] of byMetric) {
    parts.push(`# TYPE ${metric} unknown`);
    for (const { series, every, from, to, resets, events, fromFirstEvent } of some) {
      let value = 0;
      let next = 0;
      let reset = 0;
      let isThere = fromFirstEvent !== true;
      while (next < events.length && (events[next] ?? 0) < from) next += 1;
      const lines: string[] = [];
      for (let at = Math.ceil(from / every) * every; at < to; at += every) {
        for (;;) {
          const event = events[next] ?? Number.POSITIVE_INFINITY;
          const restart = resets[reset] ?? Number.POSITIVE_INFINITY;
          if (Math.min(event, restart) > at) break;
          if (restart <= event) {
            value = 0;
            reset += 1;
            isThere = fromFirstEvent !== true;
          } else {
            value += 1;
            next += 1;
            isThere = true;
          }
        }
        if (isThere && at >= since) lines.push(`${series} ${value} ${at / 1000}`);
      }
      parts.push(lines.join('\n'));
    }
  }
  return `${parts.filter((part) => part !== '').join('\n')}\n# EOF\n`;
}

/** Moments at a steady pace with a daily rhythm, `perSecond` on average; the same seed gives the same. */
export function rhythm(from: number, to: number, perSecond: number, random: () => number): Float64Array {
  const moments: number[] = [];
  for (let at = from; at < to; ) {
    const pace = perSecond * (1 + 0.6 * Math.sin((2 * Math.PI * at) / 86_400_000));
    at += (-Math.log(1 - random()) / pace) * 1000;
    if (at < to) moments.push(at);
  }
  return Float64Array.from(moments);
}

/** Merges moments. */
export function merged(...lists: readonly Iterable<number>[]): Float64Array {
  return Float64Array.from(lists.flatMap((list) => [...list])).toSorted();
}

/** How many of the moments lie in (from, to]. */
export function countIn(events: Float64Array, from: number, to: number): number {
  return events.reduce((sum, at) => sum + (at > from && at <= to ? 1 : 0), 0);
}

/** Mulberry32: small, seeded, good enough for made data. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
