/** The bucket at whose upper bound the share of requests is reached; not the last one, of which nothing is slower. */
export function bucketOf(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((all, count) => all + count, 0);
  if (total <= 0) return undefined;
  let below = 0;
  for (let bucket = 0; bucket < counts.length - 1; bucket += 1) {
    below += counts[bucket] ?? 0;
    if (below >= share * total) return bucket;
  }
  return undefined;
}

/** A quantile by linear interpolation within its bucket, as Prometheus’ `histogram_quantile`; the lower bound of the last bucket. */
export function quantileIn(
  bounds: readonly number[],
  counts: readonly number[],
  q: number,
): number | undefined {
  const total = counts.reduce((all, count) => all + count, 0);
  if (total <= 0) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    const low = bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0);
    const high = bounds[bucket] ?? Number.POSITIVE_INFINITY;
    if (below + count >= q * total && count > 0)
      return Number.isFinite(high) ? low + ((high - low) * (q * total - below)) / count : low;
    below += count;
  }
  return bounds.findLast(Number.isFinite);
}

/** Counts of the buckets from one on, added up by step. */
export function sumOf(counts: readonly Float64Array[], from: number): Float64Array {
  const all = new Float64Array(counts[0]?.length ?? 0);
  for (const column of counts.slice(from))
    column.forEach((count, i) => {
      all[i] = (all[i] ?? 0) + count;
    });
  return all;
}

/** All steps added up. */
export function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
