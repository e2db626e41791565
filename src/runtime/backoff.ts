import type { Duration } from '#domain/time.ts';

export type Backoff = { readonly first: Duration; readonly max: Duration };

/**
 * How long to wait before attempt `attempt + 1`: doubles from `first` to `max`, with half of it left to chance (`random` in 0…1), so
 * that many who failed together do not come back together.
 */
export function backoff(attempt: number, { first, max }: Backoff, random: number): Duration {
  const full = Math.min(max, first * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
