import { type Duration, formatDuration, lengthOf, type Range } from '#domain/time.ts';
import type { Answer, GrownColumns } from './counters.ts';
import type { Prometheus } from './prometheus.ts';

/** Steps in which Prometheus scraped anything at all; `undefined` where it did not say. */
export async function askAlive(
  client: Prometheus,
  ends: Range,
  step: Duration,
  quiet: Duration,
): Promise<ReadonlySet<number> | undefined> {
  const window = formatDuration(Math.max(step, quiet));
  const answer = await client.range(`group(last_over_time(up[${window}]))`, ends, step);
  if (!answer.ok) return undefined;
  return new Set(answer.value.series.flatMap(({ samples }) => samples.map(({ at }) => at)));
}

/** What Prometheus could see. `isBlind`: silence then says nothing. `isAway`: it did not scrape, although it does otherwise. */
export type Sight = { isBlind(at: number): boolean; isAway(at: number): boolean };

/**
 * Where Prometheus scraped nothing, what is silent was not looked at. Where `up` is not kept (remote write), it was looking if any other counter
 * was there.
 */
export function sightOf(
  { ends, step }: { readonly ends: Range; readonly step: Duration },
  alive: ReadonlySet<number> | undefined,
  counters: Answer<GrownColumns>,
): Sight {
  if (alive === undefined) return { isBlind: () => true, isAway: () => false };
  if (alive.size > lengthOf(ends) / step) return { isBlind: () => false, isAway: () => false };
  const seen = new Set(alive);
  for (const answer of counters.values()) {
    if ('code' in answer) continue;
    for (const column of [answer.grown, answer.returned, answer.begun])
      for (const at of column?.keys() ?? []) seen.add(at);
  }
  return { isBlind: (at) => !seen.has(at), isAway: (at) => alive.size > 0 && !seen.has(at) };
}
